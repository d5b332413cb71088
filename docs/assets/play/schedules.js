/* Schedules of the learning rate: the one of the page, the built-in that one would take for it, and another beside them. */
import { chart, row, say } from "./chart.js";
import { builtins, rate, schedules } from "./math/schedules.js";
import { number, play } from "./play.js";

const NONE = "none", NAMES = Object.keys(schedules);
const FIRST = {
  exponential: { step: 140, epochs: 50 },
  inverse_time: { step: 30, epochs: 20 },
  inverse_sqrt: { step: 60, epochs: 5, steps_per_epoch: 20 },
  manual: { step: 25, epochs: 6, alpha_0: 0.1 },
  staircase: { step: 45, epochs: 8, epochs_per_drop: 2 },
};
const code = { decay_rate: "decay_rate", factor: "factor", epochs_per_drop: "epochs_per_drop", steps_per_epoch: "steps_per_epoch", e_1: "e₁", e_2: "e₂", alpha_1: "α₁", alpha_2: "α₂" };
const words = {
  en: {
    ...code, decay_time: "decay_rate, inverse time", schedule: "Schedule", other: "Beside it", alpha_0: ({ schedule }) => (schedule === "inverse_sqrt" ? "k" : "α₀"), epochs: "Epochs shown", log: "Logarithmic axis",
    options: { exponential: "Exponential decay", inverse_time: "Inverse time decay", inverse_sqrt: "Inverse square root decay", manual: "Manual decay", staircase: "Staircase decay", none: "nothing" },
    keras: { exponential: "Keras without staircase=True", inverse_time: "Keras without staircase=True", inverse_sqrt: "By mini-batch", manual: "Keras, boundaries e · steps_per_epoch", staircase: "Keras without staircase=True" },
    epoch: "epochs that are over", at: (step, epoch) => `Step ${step}, epochs that are over: ${epoch}`,
  },
  ko: {
    ...code, decay_time: "decay_rate, 역시간", schedule: "스케줄", other: "함께 그리기", alpha_0: ({ schedule }) => (schedule === "inverse_sqrt" ? "k" : "α₀"), epochs: "보이는 에포크 수", log: "로그 축",
    options: { exponential: "지수 감쇠", inverse_time: "역시간 감쇠", inverse_sqrt: "역제곱근 감쇠", manual: "수동 감쇠", staircase: "계단식 감쇠", none: "없음" },
    keras: { exponential: "staircase=True가 없는 Keras", inverse_time: "staircase=True가 없는 Keras", inverse_sqrt: "미니배치마다 셀 때", manual: "경계가 e · steps_per_epoch인 Keras", staircase: "staircase=True가 없는 Keras" },
    epoch: "끝난 에포크", at: (step, epoch) => `${step}단계, 끝난 에포크 ${epoch}개`,
  },
};

const presets = {
  exponential: [
    [{ other: "inverse_time", epochs: 120, step: 880, log: true }, { en: ["Short run, long run", "A straight line on a logarithmic axis: for 87 epochs above inverse time decay, then below it for ever."],
      ko: ["짧은 학습, 긴 학습", "로그 축에서는 직선입니다. 87에포크 동안 역시간 감쇠보다 위에 있다가 그 뒤로는 언제나 아래에 있습니다."] }],
    [{ steps_per_epoch: 1, epochs: 110, step: 100 }, { en: ["decay_steps = 1", "Keras' decay_steps=1 takes every mini-batch for an epoch: after 100 of them 0.6 % of the learning rate is left."],
      ko: ["decay_steps = 1", "Keras의 decay_steps=1은 미니배치 하나를 에포크로 칩니다. 미니배치 100개 뒤에는 학습률이 0.6 %만 남습니다."] }],
  ],
  inverse_time: [
    [{ decay_time: 0.1, epochs: 100, step: 100 }, { en: ["decay_rate = 0.1", "Half of it is left after 1/decay_rate = 10 epochs, a tenth after nine times as many: it is in ever less of a hurry."],
      ko: ["decay_rate = 0.1", "1/decay_rate = 10에포크 뒤에 절반, 그 아홉 배 뒤에 10분의 1이 남습니다. 갈수록 느긋해집니다."] }],
    [{ other: "inverse_sqrt", epochs: 40, step: 300, log: true }, { en: ["With the root", "Inverse square root decay is the same with a root, and far more patient: after 30 epochs the two are 5.6 times apart."],
      ko: ["근호가 있으면", "역제곱근 감쇠는 여기에 근호를 씌운 것이고 훨씬 느긋합니다. 30에포크 뒤에는 둘이 5.6배 차이 납니다."] }],
  ],
  inverse_sqrt: [
    [{ other: "inverse_time", epochs: 30, step: 300 }, { en: ["Patience", "For half the learning rate t must grow fourfold: at the 16th epoch a quarter is left, of inverse time decay a sixteenth."],
      ko: ["느긋함", "학습률이 절반이 되려면 t가 네 배가 되어야 합니다. 16번째 에포크에 4분의 1이 남습니다. 역시간 감쇠는 16분의 1입니다."] }],
    [{ step: 19, epochs: 3 }, { en: ["Epoch or mini-batch", "By mini-batch the first 20 steps, one epoch, take more than three quarters of the learning rate; by epoch none of it."],
      ko: ["에포크마다, 미니배치마다", "미니배치마다 세면 첫 에포크의 20단계 만에 학습률이 4분의 3 넘게 줄어듭니다. 에포크마다 세면 그대로입니다."] }],
  ],
  manual: [
    [{ step: 20 }, { en: ["The boundary itself", "Step 20 is the first of the third epoch. Keras gives the boundary to the stretch before and still has 0.1, for this one step."],
      ko: ["경계 자리", "20단계는 셋째 에포크의 첫 단계입니다. Keras는 경계를 앞 구간에 넣으므로 이 한 단계 동안 여전히 0.1입니다."] }],
    [{ alpha_0: 0.01, alpha_1: 0.1, alpha_2: 0.01, e_1: 1, e_2: 10, epochs: 15, step: 10 }, { en: ["Warm-up", "The learning rate need not fall: one epoch at 0.01 first, so that the start does not explode, then 0.1."],
      ko: ["웜업", "학습률이 꼭 줄어야 하는 것은 아닙니다. 처음에 발산하지 않도록 한 에포크는 0.01로, 그다음은 0.1로 학습합니다."] }],
  ],
  staircase: [
    [{ alpha_0: 0.1, epochs_per_drop: 30, factor: 0.1, epochs: 100, step: 899, log: true }, { en: ["A tenth every 30 epochs", "So many published networks were trained. In the last of 90 epochs α is 0.001, after two drops."],
      ko: ["30에포크마다 10분의 1", "많은 신경망이 이렇게 훈련되었습니다. 90에포크의 마지막에는 두 번 떨어져 0.001입니다."] }],
    [{ other: "exponential", epochs_per_drop: 10, decay_rate: 0.933, epochs: 60, step: 300 }, { en: ["The same, smoothly", "Exponential decay with 0.5^(1/10) = 0.933 loses as much: the two agree whenever a drop has just happened."],
      ko: ["매끄럽게 같은 만큼", "0.5^(1/10) = 0.933인 지수 감쇠가 같은 만큼 줄어듭니다. 막 떨어진 직후마다 둘이 같습니다."] }],
  ],
};

const uses = (...names) => ({ schedule, other }) => names.includes(schedule) || names.includes(other);
const controls = [
  { key: "schedule", options: () => NAMES },
  { key: "alpha_0", scale: "log", min: 1e-3, max: 1 },
  { key: "decay_rate", scale: "linear", step: 0.01, min: 0.5, max: 1, when: uses("exponential") },
  { key: "decay_time", scale: "linear", step: 0.1, min: 0, max: 5, when: uses("inverse_time") },
  { key: "epochs_per_drop", scale: "linear", min: 1, max: 40, when: uses("staircase") },
  { key: "factor", scale: "linear", step: 0.05, min: 0.05, max: 1, when: uses("staircase") },
  { key: "e_1", scale: "linear", min: 1, max: 60, when: uses("manual") },
  { key: "alpha_1", scale: "log", min: 1e-4, max: 1, when: uses("manual") },
  { key: "e_2", scale: "linear", min: 2, max: 120, when: uses("manual") },
  { key: "alpha_2", scale: "log", min: 1e-4, max: 1, when: uses("manual") },
  { key: "steps_per_epoch", scale: "linear", min: 1, max: 100 },
  { key: "epochs", scale: "linear", min: 2, max: 120 },
  { key: "other", options: ({ schedule }) => [NONE, ...NAMES.filter((name) => name !== schedule)] },
  { key: "log" },
  { key: "step", hidden: true, min: 0, max: 12000 },
];

function draw(parts, state, w, shown, set) {
  const { schedule, other, epochs, steps_per_epoch, step, log } = state, total = epochs * steps_per_epoch;
  const curves = [["lecture", w.options[schedule], (at) => rate(schedule, at, state)], ["keras", w.keras[schedule], (at) => builtins[schedule](at, state)]];
  if (other !== NONE) curves.push(["other", w.options[other], (at) => rate(other, at, state)]);
  const steps = Array.from({ length: Math.min(total, 1500) + 1 }, (_, i) => Math.floor((i * total) / Math.min(total, 1500)));
  const lines = curves.map(([, , value]) => steps.slice(1).flatMap((next, i) => [steps[i], next].map((at) => [at / steps_per_epoch, value(steps[i])])));
  const most = Math.max(...lines.flat().map(([, alpha]) => alpha)), least = Math.min(...lines.flat().map(([, alpha]) => alpha));
  const plot = chart(parts.plot, { x: [0, epochs, w.epoch], y: log ? [least / 1.2, most * 1.2, "α", true] : [0, most * 1.05, "α"] });
  for (const i of curves.length > 2 ? [2, 0, 1] : [0, 1]) plot.line(curves[i][0], lines[i]);
  plot.rule("data", step / steps_per_epoch);
  const at = w.at(step, Math.floor(step / steps_per_epoch));
  plot.handle([step / steps_per_epoch, log ? least / 1.2 : 0], { label: `${at}. ${w.move}`, step: 1 / steps_per_epoch, move: ([to], settled) => set({ step: Math.round(to * steps_per_epoch) }, settled) });
  return [say(at), ...curves.map(([kind, title, value]) => row(kind, title, `α = ${number(value(step))}`))];
}

const first = (schedule) => ({
  schedule, other: NONE, alpha_0: 0.2, decay_rate: 0.95, decay_time: 1, epochs_per_drop: 10, factor: 0.5, e_1: 2, alpha_1: 0.03, e_2: 3, alpha_2: 0.01,
  steps_per_epoch: 10, epochs: 20, log: false, step: 0, ...FIRST[schedule],
});
function change(state, key) {
  const { schedule, other, e_1, e_2, epochs, steps_per_epoch, step } = state;
  return {
    ...state, other: other === schedule ? NONE : other, step: Math.min(Math.max(step, 0), epochs * steps_per_epoch),
    e_1: key === "e_2" ? Math.min(e_1, e_2 - 1) : e_1, e_2: key === "e_1" ? Math.max(e_1 + 1, e_2) : e_2,
  };
}
play("schedules", { words, first, controls, presets, change, draw });
