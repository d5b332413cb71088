/* Be the panda: choose the learning rate stage by stage, while one of a recorded family of trainings goes on. */
import { chart, row, say } from "./chart.js";
import { losses, rank, ranked, stages } from "./math/panda.js";
import { number, play } from "./play.js";

const family = await (await fetch(new URL("data/family.json", import.meta.url))).json();
const STAGES = stages(family), EPOCHS = family.stage_epochs, PATHS = ["", ...Object.keys(family.losses)];
const rates = (path) => Array.from(path, (digit) => number(family.rates[digit])).join(" → ") || "–";
const best = ranked(family, STAGES)[0], MOST = 100, LEAST = 0.05;
const keys = family.rates.map((_, i) => `rate_${i}`);
const words = {
  en: {
    ...Object.fromEntries(family.rates.map((alpha, i) => [keys[i], `Train ${EPOCHS} epochs with α = ${number(alpha)}`])), back: "One stage back", epoch: "epoch", loss: "Loss on the development set",
    yours: "Yours", others: "What the next α would have done", best: "Best of the family", at: (loss) => `loss ${loss}`, diverged: "diverged: NaN",
    standing: (place, all) => `Place ${place} of ${all} recorded trainings of this length.`, go: "Choose the first learning rate.",
  },
  ko: {
    ...Object.fromEntries(family.rates.map((alpha, i) => [keys[i], `α = ${number(alpha)}로 ${EPOCHS}에포크 훈련`])), back: "한 단계 되돌리기", epoch: "에포크", loss: "개발 세트의 손실",
    yours: "내 훈련", others: "다음 α를 달리 골랐다면", best: "가장 좋은 훈련", at: (loss) => `손실 ${loss}`, diverged: "발산: NaN",
    standing: (place, all) => `기록한 같은 길이의 훈련 ${all}개 가운데 ${place}위입니다.`, go: "첫 학습률을 고르십시오.",
  },
};
const presets = [
  [{ path: "0000" }, { en: ["Too low", "With α = 0.01 the loss falls, but after eight epochs it is still 1.23. Go two stages back and raise α: the panda need not wait for the end."],
    ko: ["너무 낮으면", "α = 0.01이면 손실이 줄기는 하지만 8에포크 뒤에도 1.23입니다. 두 단계 되돌려 α를 올려 보십시오. 판다는 끝까지 기다릴 필요가 없습니다."] }],
  [{ path: "3222" }, { en: ["Exploded", "One stage with α = 10 and the loss is in the thousands. A lower α afterwards does not bring it back: return to the weights from before."],
    ko: ["폭발하면", "α = 10으로 한 단계만 훈련해도 손실이 수천입니다. 그 뒤에 α를 낮춰도 돌아오지 않습니다. 그 전의 가중치로 되돌리십시오."] }],
  [{ path: "2110" }, { en: ["Lowered too early", "From α = 1 down to 0.1 after two epochs and to 0.01 at the end: the loss stands still at 0.18, and 36 other trainings end lower."],
    ko: ["너무 일찍 낮추면", "2에포크 뒤 α를 1에서 0.1로, 끝에는 0.01로 낮춥니다. 손실이 0.18에서 멈추고, 다른 훈련 36개가 더 낮게 끝납니다."] }],
];
const controls = [
  ...keys.map((key, i) => ({ key, press: ({ path }) => ({ path: path.length < STAGES ? `${path}${i}` : path }) })),
  { key: "back", press: ({ path }) => ({ path: path.slice(0, -1) }) }, { key: "path", hidden: true, options: () => PATHS },
];

function draw(parts, { path }, w) {
  const line = (of) => losses(family, of).map((loss, epoch) => [epoch, Math.min(loss ?? MOST, MOST)]), seen = losses(family, path), last = seen.at(-1);
  const plot = chart(parts.plot, { title: w.loss, x: [0, STAGES * EPOCHS, w.epoch], y: [LEAST, MOST, "", true], ticks: [STAGES, 4] });
  if (path.length < STAGES) for (const key of keys.keys()) plot.line("other", line(`${path}${key}`).slice(path.length * EPOCHS));
  plot.line("keras", line(best));
  plot.line("lecture", line(path));
  plot.ring("lecture", line(path).at(-1));
  return [
    row("lecture", `${w.yours}: α = ${rates(path)};`, last === null ? w.diverged : w.at(number(last))), row("keras", `${w.best}: α = ${rates(best)};`, w.at(number(losses(family, best).at(-1)))),
    ...(path.length < STAGES ? [row("other", w.others, keys.map((_, i) => `${number(family.rates[i])}: ${number(losses(family, `${path}${i}`).at(-1) ?? NaN).replace("∞", "NaN")}`).join(", "))] : []),
    say(path ? w.standing(rank(family, path), family.rates.length ** path.length) : w.go),
  ];
}

play("panda", { words, first: () => ({ path: "" }), controls, presets, draw });
