"""What the diagnosis of bias and variance says, in English and Korean."""

TEXTS: dict[str, dict[str, str]] = {
    "en": {
        "heads": "gap|errors|size|95 % interval|verdict",
        "human": "human",
        "train": "train",
        "train_dev": "train-dev",
        "dev": "dev",
        "test": "test",
        "bias": "avoidable bias",
        "variance": "variance",
        "mismatch": "mismatch",
        "overfitting to dev": "overfitting to dev",
        "large": "large",
        "small": "small",
        "negative": "negative",
        "not known": "not known",
        "bias: large": "Avoidable bias of {gap}: the model misses on its own training set what people get right. "
        "Take a larger network, train longer or with a better optimizer, or try another architecture. More "
        "data will not help.",
        "variance: large": "Variance of {gap}: the model does not carry over to new examples. Get more data, "
        "regularize (L2, dropout, augmentation), or try another architecture.",
        "mismatch: large": "Mismatch of {gap}: dev data are harder than training data, or other. Look at the errors of "
        "the dev set by hand, and make training data more like dev data: collect such data, or synthesize them.",
        "overfitting to dev: large": "Overfitting to the dev set by {gap}: it has been used for too many choices. Get "
        "a larger dev set, of new examples.",
        "bias: negative": "The model is better than people: their error is no longer the least possible, and whether "
        "there is bias left cannot be told from it.",
        "variance: negative": "New examples are easier than those trained on: the training error was measured with "
        "dropout or augmentation, or the sets are not drawn alike, or training examples are among the others.",
        "mismatch: negative": "Dev data are easier than training data: nothing to mend, if dev data are what counts.",
        "overfitting to dev: negative": "The test set is easier than the dev set: they are not drawn alike. Draw both "
        "anew from all of their examples.",
        "more": "Not enough examples to tell whether {name} is above {tolerance}: it lies between {low} and {high}. "
        "Measure on more examples of {sets}.",
        "no train_dev": "If dev data come from elsewhere than training data, this may be mismatch. A train-dev set, "
        "drawn like the training set and not trained on, tells.",
        "good": "No gap is above {tolerance}.",
    },
    "ko": {
        "heads": "차이|오차|크기|95 % 구간|판정",
        "human": "사람",
        "train": "훈련",
        "train_dev": "훈련-개발",
        "dev": "개발",
        "test": "테스트",
        "bias": "회피 가능 편향",
        "variance": "분산",
        "mismatch": "데이터 불일치",
        "overfitting to dev": "개발 세트 과적합",
        "large": "큼",
        "small": "작음",
        "negative": "음수",
        "not known": "알 수 없음",
        "bias: large": "회피 가능 편향 {gap}: 사람이 맞히는 것을 훈련 세트에서도 틀립니다. 신경망을 키우거나, 더 오래 "
        "또는 더 나은 옵티마이저로 훈련하거나, 다른 구조를 시도하십시오. 데이터를 늘려도 도움이 되지 않습니다.",
        "variance: large": "분산 {gap}: 새 예제로 일반화하지 못합니다. 데이터를 늘리거나, 규제(L2, 드롭아웃, 데이터 "
        "증강)를 쓰거나, 다른 구조를 시도하십시오.",
        "mismatch: large": "데이터 불일치 {gap}: 개발 데이터가 훈련 데이터보다 어렵거나 다릅니다. 개발 세트의 오류를 "
        "직접 살펴보고, 그런 데이터를 모으거나 합성해 훈련 데이터를 개발 데이터에 가깝게 만드십시오.",
        "overfitting to dev: large": "개발 세트 과적합 {gap}: 개발 세트로 너무 많은 것을 골랐습니다. 새 예제로 더 큰 "
        "개발 세트를 만드십시오.",
        "bias: negative": "모델이 사람보다 낫습니다. 사람의 오차가 더는 최소 오차가 아니므로, 편향이 남았는지 "
        "이것으로는 알 수 없습니다.",
        "variance: negative": "새 예제가 훈련한 예제보다 쉽습니다. 훈련 오차를 드롭아웃이나 데이터 증강을 켠 채 "
        "쟀거나, 세트를 똑같이 뽑지 않았거나, 훈련 예제가 다른 세트에 섞였습니다.",
        "mismatch: negative": "개발 데이터가 훈련 데이터보다 쉽습니다. 개발 데이터가 목표라면 고칠 것이 없습니다.",
        "overfitting to dev: negative": "테스트 세트가 개발 세트보다 쉽습니다. 두 세트를 똑같이 뽑지 않았습니다. 둘을 "
        "합쳐 다시 나누십시오.",
        "more": "{name}: 예제가 부족해 {tolerance}보다 큰지 알 수 없습니다({low}에서 {high} 사이). 더 많은 예제로 "
        "재십시오({sets}).",
        "no train_dev": "개발 데이터의 출처가 훈련 데이터와 다르면 데이터 불일치일 수도 있습니다. 훈련 세트와 똑같이 "
        "뽑아 훈련에 쓰지 않은 훈련-개발 세트로 구별합니다.",
        "good": "{tolerance}보다 큰 차이가 없습니다.",
    },
}
