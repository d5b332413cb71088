"""The titles of the report's sections and the sentences under them."""

from dlref.tuning.report.bilingual_text import Words

TRIALS = Words("Trials", "시도")
TRIALS_NOTE = Words(
    "All {count} trials, the best first. The title of a column sorts by it; the filter takes words "
    "and conditions, such as diverged, or layers=2 learning_rate>0.1. A dot of a chart leads here; "
    "with the keyboard, the arrow keys go from dot to dot and Enter leads here. The time of a trial "
    "is that since its population began to train, so trials of one population share theirs.",
    "시도 {count}개 모두를 좋은 것부터 적었습니다. 열의 제목을 누르면 그 열로 정렬합니다. 거르기에는 "
    "발산 같은 낱말이나 layers=2 learning_rate>0.1 같은 조건을 씁니다. 그림의 점을 누르면 이 표의 "
    "행으로 옵니다. 키보드로는 화살표 키로 점을 옮겨 다니고 Enter로 옵니다. 시도의 시간은 그 집단이 "
    "훈련을 시작한 때부터 잰 것이므로, 한 집단의 시도들은 같은 시간을 함께 씁니다.",
)
BOUNDS = Words(
    " Trials that keep every bound (✓) come before those that do not.",
    " 제약 조건을 모두 지킨 시도(✓)가 먼저 나옵니다.",
)

TRADE_OFF = Words("Trade-off", "목표 사이의 절충")
FRONT = Words(
    "◆: on the Pareto front, which means that no other trial is better in one objective without "
    "being worse in another.",
    "◆는 파레토 프런트에 있는 시도입니다. 다른 목표를 나쁘게 하지 않고 한 목표를 더 좋게 한 "
    "시도가 없다는 뜻입니다.",
)

PACE = Words(
    "{pace}. This is wall time from the start of the command to its end, as the terminal said it.",
    "{pace}. 명령을 시작한 때부터 끝날 때까지 실제로 걸린 시간이며, 터미널에 나온 값과 같습니다.",
)
HISTORY = Words("History", "탐색 과정")
HISTORY_NOTE = Words(
    "Every trial in the order of the numbers. Trials without a result are marked on the strip "
    "below.",
    "시도를 번호순으로 그렸습니다. 결과가 없는 시도는 아래쪽 띠에 표시했습니다.",
)
MANY = Words(
    " The plots show {most} trials at most: the best ones and a regular sample of the others.",
    " 그림에는 시도를 {most}개까지만 그립니다. 가장 좋은 것들과 나머지에서 일정한 간격으로 뽑은 "
    "것입니다.",
)

CURVES = Words("Learning curves", "학습 곡선")
CURVES_NOTE = Words(
    "Each line is a trial, coloured by its final score: the more orange, the better.",
    "선 하나가 시도 하나입니다. 색은 최종 점수의 순위이며, 주황색에 가까울수록 좋습니다.",
)

LINEAGE = Words("Lineage", "계보")
LINEAGE_NOTE = Words(
    "In population-based training, trials take over the weights and the values of better ones (◇). "
    "The orange line leads to the best model; a ◆ on it is where its weights went from one trial "
    "to another. Beside it are the values that it was trained with, epoch by epoch.",
    "집단 기반 훈련에서는 시도가 더 나은 시도의 가중치와 값을 이어받습니다(◇). 주황색 선은 최고 모델에 "
    "이르는 길이고, 그 위의 ◆는 가중치가 한 시도에서 다른 시도로 넘어간 곳입니다. 옆에는 그 모델을 "
    "훈련한 값을 에포크마다 그렸습니다.",
)

IMPORTANCE = Words("Importance", "하이퍼파라미터의 중요도")
RATED = Words(
    "Computed by Optuna's evaluators. PED-ANOVA (PedAnovaImportanceEvaluator, all finished "
    "trials) says what matters for being among the best; fANOVA (FanovaImportanceEvaluator, "
    "{count} of them) what explains the whole ranking.",
    "Optuna로 계산했습니다. PED-ANOVA(PedAnovaImportanceEvaluator, 완료된 시도 전부)는 상위권에 "
    "드는 데 무엇이 중요한지, fANOVA(FanovaImportanceEvaluator, 그 가운데 {count}개)는 점수 "
    "전체의 차이를 무엇이 설명하는지 보여 줍니다.",
)
ROUGH = Words(
    " With so few trials for so many hyperparameters this is a rough guess.",
    " 하이퍼파라미터 수에 비해 시도가 적어서 대략적인 추정입니다.",
)
FEW = Words(
    "There are too few trials to tell: {finished} finished, and it takes {enough}.",
    "판단하기에는 시도가 너무 적습니다. 완료된 시도가 {finished}개인데 {enough}개는 있어야 합니다.",
)
ALIKE = Words(
    "Nothing can be told: the trials' scores, or their values, are all the same, or no "
    "hyperparameter is in all of them.",
    "판단할 수 없습니다. 점수나 값이 모두 같거나, 모든 시도에 공통인 하이퍼파라미터가 없습니다.",
)
UNRATED = Words(
    "Not rated, because some trials do not have them",
    "일부 시도에만 있어서 계산하지 않은 것",
)

SLICES = Words("Each hyperparameter", "하이퍼파라미터별 점수")
SLICES_NOTE = Words(
    "The score over each hyperparameter, on the scale it was drawn on; the most important first. "
    "The best trial is orange. The strip below shows where trials diverged (×), failed (□) or "
    "were pruned (▽).",
    "하이퍼파라미터마다 값을 뽑은 척도 위에 점수를 그렸습니다. 중요한 것이 먼저 나오고, 가장 "
    "좋은 시도는 주황색입니다. 아래쪽 띠는 발산한 시도(×), 실패한 시도(□), 조기 중단된 시도(▽)의 "
    "위치입니다.",
)

PAIRS = Words("Pairs", "하이퍼파라미터 쌍")
PAIRS_NOTE = Words(
    "The most important ones two by two. The colour is the average score of the trials near a "
    "place (orange is better); it is blank where there are none. The dots are the trials.",
    "중요한 하이퍼파라미터를 둘씩 짝지었습니다. 색은 그 근처 시도들의 평균 점수이고(주황색이 "
    "좋음), 근처에 시도가 없는 곳은 비워 두었습니다. 점은 시도입니다.",
)

PARALLEL = Words("Parallel coordinates", "평행 좌표")
PARALLEL_NOTE = Words(
    "Each line is a finished trial; the more orange, the better. With a mouse, drag along an axis "
    "to keep only the lines through that part, with Shift along another one too; a double click "
    "undoes it. On a touch screen the button below lets a finger do so.",
    "선 하나가 완료된 시도 하나이며, 주황색에 가까울수록 좋습니다. 마우스로 축을 따라 끌면 그 "
    "구간을 지나는 선만 남습니다. Shift를 누른 채 다른 축에서도 끌 수 있고, 두 번 누르면 풀립니다. "
    "터치 화면에서는 아래 단추를 누르면 손가락으로 끌 수 있습니다.",
)
BRUSH = Words("Select lines with a finger", "손가락으로 선 고르기")

COVERAGE = Words("Grid or random", "격자 탐색과 무작위 탐색")
COVERED = Words(
    "Different values that {trials} trials tried: {across} of {first} and {up} of {second} (the "
    "ticks at the edges). A grid of as many trials over these two: {grid_across} and {grid_up}.",
    "시도 {trials}개로 {first}의 값 {across}가지, {second}의 값 {up}가지를 "
    "시험했습니다(가장자리의 눈금). 같은 수의 시도로 이 둘의 격자를 만들면 {grid_across}가지와 "
    "{grid_up}가지입니다.",
)
ALL = Words(
    " A grid over all {count} hyperparameters: {each} of each.",
    " 하이퍼파라미터 {count}개 모두의 격자라면 {each}가지씩입니다.",
)
HERE, GRID = (
    Words("This sweep", "이 탐색"),
    Words("A grid of as many trials", "같은 수의 시도로 만든 격자"),
)

ZOOMS = Words("Coarse to fine", "범위 좁히기")
ZOOMS_NOTE = Words(
    "Where the search zoomed in on the region of its best trials, each hyperparameter on its own "
    "scale. The new ranges are shaded in the plots of each hyperparameter.",
    "가장 좋은 시도들이 모인 곳으로 탐색 범위를 좁힌 기록입니다. 하이퍼파라미터마다 자신의 "
    "척도에서 좁힙니다. 하이퍼파라미터별 그림에 새 범위를 음영으로 표시했습니다.",
)

TOGETHER = Words("Trained together", "함께 훈련한 시도")
TOGETHER_NOTE = Words(
    "Trials of one architecture are trained by one compiled program: a population. Its time is "
    "counted from its first step to the end of its last trial; what was trained one by one is added "
    "up. Populations can train side by side, so these times may add up to more than the sweep took.",
    "구조가 같은 시도들은 컴파일된 프로그램 하나로 함께 훈련합니다. 이것을 "
    "집단(population)이라고 합니다. 집단의 시간은 첫 업데이트부터 마지막 시도가 끝날 때까지이며, "
    "하나씩 훈련한 시도들은 합을 적었습니다. 집단들은 나란히 훈련하기도 하므로 이 시간들의 합은 탐색에 "
    "걸린 시간보다 클 수 있습니다.",
)

FAILURES = Words("Failures", "실패한 시도")
NO_FAILURES = Words("None.", "없습니다.")

REPRODUCE = Words("How to reproduce", "재현 방법")
AGAIN = Words(
    "The same sweep again, or on from where it was interrupted:",
    "같은 탐색을 다시 하거나, 중단된 곳에서 이어서 합니다.",
)
REPLAY = Words(
    "The best trial (number {number}) once more, from its seed:",
    "가장 좋은 시도({number}번)를 같은 시드로 다시 훈련합니다.",
)
NO_COMMAND = Words(
    "This search was started from Python: run the same program again. Its seed is among the "
    "values below.",
    "파이썬에서 시작한 탐색입니다. 같은 프로그램을 다시 실행하면 됩니다. 시드는 아래 표에 "
    "있습니다.",
)
