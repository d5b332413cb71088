"""What the babysitter says, in English and Korean."""

TEXTS: dict[str, dict[str, str]] = {
    "nan_in_data": {
        "en": "There are NaN or infinite values in the inputs. Remove or replace them before training.",
        "ko": "입력에 NaN이나 무한대가 있습니다. 훈련하기 전에 없애거나 다른 값으로 바꾸십시오.",
    },
    "nan_at_start": {
        "en": "The loss is {loss} before the first update. Look for NaN, infinite or huge values in the inputs "
        "and the labels, and for log(0) or a division by 0 in the model and the loss.",
        "ko": "첫 업데이트 전부터 손실이 {loss}입니다. 입력과 레이블에 NaN이나 무한대, 지나치게 큰 값이 없는지, "
        "모델과 손실 함수에 log(0)이나 0으로 나누는 곳이 없는지 확인하십시오.",
    },
    "nan": {
        "en": "The loss became {loss} before update {step}: the run has diverged. The learning rate {rate} is "
        "too high; start again with {other}. If it still diverges, clip the gradients (clipnorm=1) and look at "
        "the data.",
        "ko": "{step}번째 업데이트 전에 발산했습니다(손실 {loss}). 학습률이 너무 높습니다({rate}). {other} "
        "정도로 낮추어 다시 시작하십시오. 그래도 발산하면 그레이디언트를 자르고(clipnorm=1) 데이터를 "
        "확인하십시오.",
    },
    "first_loss_high": {
        "en": "The first loss is {loss}, without regularization; guessing among {classes} classes gives ln "
        "{classes} = {expected}. The outputs start too large: draw smaller initial weights (He, Glorot), or "
        "normalize the inputs.",
        "ko": "첫 손실이 너무 큽니다(규제를 빼고 {loss}). {classes}개 클래스에서 찍기만 해도 ln {classes} = "
        "{expected}입니다. 출력이 처음부터 너무 크니 초기 가중치를 줄이거나(He, Glorot) 입력을 정규화하십시오.",
    },
    "first_loss_low": {
        "en": "The first loss is {loss}; guessing among {classes} classes gives ln {classes} = {expected}. "
        "Either the model has been trained before, or the labels are hidden in the inputs.",
        "ko": "첫 손실이 너무 작습니다({loss}). {classes}개 클래스에서 찍으면 ln {classes} = {expected}입니다. "
        "이미 훈련한 모델이거나 입력에 레이블이 섞여 들어갔습니다.",
    },
    "dead": {
        "en": "Dead ReLU units, 0 for every example: {layers}. They receive no gradient and do not come back. "
        "Start again with a lower learning rate, He initialization and biases of 0, or use leaky ReLU.",
        "ko": "모든 예에서 0을 내는 죽은 ReLU 유닛이 있습니다: {layers}. 그레이디언트를 받지 못해 되살아나지 "
        "않습니다. 학습률을 낮추고 He 초기화와 0인 편향으로 다시 시작하거나 leaky ReLU를 쓰십시오.",
    },
    "saturated": {
        "en": "Saturated outputs, where almost no gradient passes: {layers}. Draw smaller initial weights "
        "(Glorot), normalize the inputs or the layers (batch normalization), or use ReLU.",
        "ko": "그레이디언트가 거의 흐르지 않는 포화된 출력이 많습니다: {layers}. 초기 가중치를 줄이거나(Glorot), "
        "입력이나 층을 정규화하거나(배치 정규화), ReLU를 쓰십시오.",
    },
    "rate_too_high": {
        "en": "The loss went up, from {before} to {loss}: the learning rate {rate} is too high. Try {other}.",
        "ko": "손실이 올랐습니다({before} → {loss}). 학습률이 너무 높습니다({rate}). {other} 정도로 낮추어 "
        "보십시오.",
    },
    "flat_and_high": {
        "en": "The loss stays at {loss}, after updates that changed the weights by up to {ratio} of their size: "
        "the learning rate {rate} is too high. Try {other}.",
        "ko": "한 번의 업데이트로 가중치가 너무 크게 바뀐 뒤(최대 크기의 {ratio}) 손실이 줄지 않습니다({loss}). "
        "학습률이 너무 높습니다({rate}). {other} 정도로 낮추어 보십시오.",
    },
    "rate_too_low": {
        "en": "The loss hardly falls ({loss}), and each update changes the weights by only {ratio} of their "
        "size: the learning rate {rate} is too low. Try {other}. If that is no help, the gradients vanish: "
        "initialize with He or Glorot, or normalize the layers.",
        "ko": "손실이 거의 줄지 않고({loss}) 업데이트마다 가중치가 아주 조금만 바뀝니다(크기의 {ratio}). "
        "학습률이 너무 낮습니다({rate}). {other} 정도로 높여 보십시오. 그래도 마찬가지라면 그레이디언트가 "
        "소실되는 것이니 He나 Glorot로 초기화하거나 층을 정규화하십시오.",
    },
    "not_learning": {
        "en": "The loss does not fall ({loss}), though the updates are of an ordinary size ({ratio} of the "
        "weights). Check that the labels belong to the inputs, the loss to the last layer, and the depth to "
        "the activations.",
        "ko": "업데이트 크기는 보통인데(가중치의 {ratio}) 손실이 줄지 않습니다({loss}). 레이블이 입력과 맞는지, "
        "손실 함수가 마지막 층과 맞는지, 활성화 함수가 층의 깊이를 감당하는지 확인하십시오.",
    },
    "stuck": {
        "en": "The loss does not fall ({loss}), but a copy of the model learns a few examples by heart: model, "
        "loss and labels fit together. Try other learning rates ({other} and lower), He or Glorot "
        "initialization, batch normalization, less regularization.",
        "ko": "손실이 줄지 않지만({loss}) 모델을 복사해 예 몇 개만 훈련하면 외웁니다. 모델과 손실 함수, 레이블은 "
        "서로 맞습니다. 다른 학습률({other} 이하), He나 Glorot 초기화, 배치 정규화를 시도하고 규제를 줄여 "
        "보십시오.",
    },
    "subset": {
        "en": "A copy of the model cannot learn even {examples} examples by heart: after {steps} updates without "
        "regularization the loss went from {first} to {last}. Something is wrong with the model, the loss or "
        "the labels.",
        "ko": "모델을 복사해 예 {examples}개만 훈련해도 외우지 못합니다. 규제 없이 {steps}번 업데이트했는데 "
        "손실은 {first} → {last}입니다. 모델이나 손실 함수, 레이블에 잘못이 있습니다.",
    },
    "ratio_high": {
        "en": "Each update changes the weights by {ratio} of their size; about {usual} is usual. A learning rate "
        "of {other} would be safer than {rate}.",
        "ko": "업데이트마다 가중치가 바뀌는 폭이 큽니다(크기의 {ratio}, 보통은 {usual}쯤). 학습률을 낮추는 편이 "
        "안전합니다({rate} → {other}).",
    },
    "ratio_low": {
        "en": "Each update changes the weights by {ratio} of their size; about {usual} is usual. The loss may "
        "fall faster with a learning rate of {other} instead of {rate}.",
        "ko": "업데이트마다 가중치가 바뀌는 폭이 작습니다(크기의 {ratio}, 보통은 {usual}쯤). 학습률을 높이면 "
        "손실이 더 빨리 줄 수 있습니다({rate} → {other}).",
    },
    "memorizing": {
        "en": "Overfitting: the development loss has been rising since epoch {epoch} ({lowest}, now {loss}), "
        "while the training loss falls. Stop there (early stopping), or use more data, L2 regularization or "
        "dropout.",
        "ko": "과적합입니다. 훈련 손실은 줄지만 개발 세트의 손실은 {epoch}번째 에포크({lowest})부터 올라 지금 "
        "{loss}입니다. 그때 멈추거나(조기 종료), 데이터를 늘리거나, L2 규제나 드롭아웃을 쓰십시오.",
    },
    "variance": {
        "en": "High variance: the error is {train} on the training set and {dev} on the development set, {gap} "
        "points more. Get more data, regularize (L2, dropout, augmentation), or stop early.",
        "ko": "분산이 큽니다. 오차가 훈련 세트에서는 {train}, 개발 세트에서는 {dev}로 {gap}포인트 더 큽니다. "
        "데이터를 늘리거나, 규제하거나(L2, 드롭아웃, 데이터 증강), 일찍 멈추십시오.",
    },
    "bias": {
        "en": "High bias: the error is {train} even on the training set, and {target} is the target. Use a "
        "larger network, train longer, try another optimizer or architecture, or regularize less.",
        "ko": "편향이 큽니다. 훈련 세트에서도 오차가 {train}인데 목표는 {target}입니다. 더 큰 신경망을 쓰거나, "
        "더 오래 훈련하거나, 다른 옵티마이저나 구조를 시도하거나, 규제를 줄이십시오.",
    },
}
