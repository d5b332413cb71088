/* Optimizers on surfaces: the path of the lecture's optimizer, that of Keras' built-in, and how far they are apart. */
import { chart, d3, row, say, text } from "./chart.js";
import "./vendor/d3-contour.min.js";
import { builtin, distances, lecture, optimizers, surfaces } from "./math/optimizers.js";
import { element, movable, number, play, svg } from "./play.js";

const NONE = "none";
const NAMES = Object.keys(optimizers);
/* Where each begins: the numbers of its page. */
const FIRST = {
  sgd: { alpha: 0.076 },
  momentum: { alpha: 0.1, beta_1: 0.9 },
  cs231n: { alpha: 0.01, beta_1: 0.9 },
  nesterov: { alpha: 0.05, beta_1: 0.9 },
  adagrad: { alpha: 0.1, epsilon: 1e-7 },
  rmsprop: { alpha: 0.1, beta_2: 0.9, epsilon: 1e-7 },
  rmsprop_inside: { alpha: 0.1, beta_2: 0.9, epsilon: 1e-7 },
  adam: { alpha: 0.1, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-8 },
};
const SIGNS = { momentum: "β", cs231n: "ρ", nesterov: "ρ", adam: "β₁", rmsprop: "β", rmsprop_inside: "β" };
const titles = { sgd: "SGD", cs231n: "CS231nMomentum", adagrad: "AdaGrad", rmsprop: "RMSProp", adam: "Adam" };
const formulas = {
  valley: "J = (θ₁² + 25 θ₂²) / 2", saddle: "J = θ₁⁴/4 − θ₁²/2 + θ₂²/2",
  bend: "J = (1 − θ₁)²/20 + (θ₂ − θ₁²)²", plateau: "J = 1 − exp(−(θ₁² + 4 θ₂²)/2)",
};
const same = { beta_1: ({ optimizer }) => (SIGNS[optimizer] === "β₁" || optimizer.startsWith("rms") || optimizer === "adagrad" ? "β₁" : SIGNS[optimizer] ?? "β"),
  beta_2: ({ optimizer }) => (optimizer.startsWith("rms") ? "β" : optimizer === "adam" ? "β₂" : "β") };
const words = {
  en: {
    ...same, optimizer: "Optimizer", surface: "Surface", other: "Beside it, with the same settings",
    alpha: "Learning rate α", epsilon: "ε", steps: "Steps", mapped: "Give Keras the mapped arguments (table “Compared with Keras”)",
    options: { ...titles, momentum: "Momentum", nesterov: "Nesterov", rmsprop_inside: "RMSProp, ε inside the root", none: "nothing",
      valley: "Long valley", saddle: "Saddle", bend: "Bent valley", plateau: "Plateau" },
    start: (x, y) => `Start point (${x}, ${y}).`, keras: (name) => `Keras’ ${name}`,
    after: (n) => `After ${n} steps`, left: (n) => `Overflow after ${n} steps`, apart: (text, most) => `Lecture and Keras are ${text} apart now, at most ${most}.`, zero: "Lecture and Keras are the same to the last bit.",
    plot: "Paths on the contour lines of the surface", second: "Distance between lecture and Keras, each step", rounding: "rounding of float64", step: "step t",
  },
  ko: {
    ...same, optimizer: "옵티마이저", surface: "곡면", other: "같은 설정으로 함께 그리기",
    alpha: "학습률 α", epsilon: "ε", steps: "단계 수", mapped: "Keras에 대응하는 인자 넣기(‘Keras와 비교’의 표)",
    options: { ...titles, momentum: "모멘텀", nesterov: "네스테로프", rmsprop_inside: "RMSProp, ε이 근호 안에", none: "없음",
      valley: "긴 골짜기", saddle: "안장점", bend: "굽은 골짜기", plateau: "고원" },
    start: (x, y) => `출발점 (${x}, ${y}).`, keras: (name) => `Keras ${name}`,
    after: (n) => `${n}단계 뒤`, left: (n) => `${n}단계 뒤 오버플로`, apart: (text, most) => `강의의 식과 Keras는 지금 ${text}, 최대 ${most} 떨어져 있습니다.`, zero: "강의의 식과 Keras가 마지막 비트까지 같습니다.",
    plot: "곡면의 등고선 위에 그린 경로", second: "단계마다 강의의 식과 Keras 사이의 거리", rounding: "float64의 반올림 오차", step: "단계 t",
  },
};

/* Per page: what is worth trying, and why. */
const plateau = { surface: "plateau", x: 4, y: 0.5 };
const saddle = { surface: "saddle", x: 0.001, y: 0.8 };
const PRESETS = {
  sgd: [
    [{ alpha: 0.08 }, { en: ["α = 0.08", "At α = 2/25 each step across the valley lands exactly as far on the other side: the zigzag neither shrinks nor grows. Move α up a little and it explodes."],
      ko: ["α = 0.08", "α = 2/25이면 단계마다 골짜기를 가로질러 반대편의 똑같은 거리에 섭니다. 지그재그가 줄지도 커지지도 않습니다. α를 조금만 올리면 발산합니다."] }],
    [{ ...saddle, alpha: 0.1, other: "adam" }, { en: ["Leave a saddle", "SGD starts beside the ridge, where the gradient is 0.001, and hardly moves for 50 steps. Adam divides by the size of the gradient and leaves at once."],
      ko: ["안장점 떠나기", "SGD는 그레이디언트가 0.001인 능선 옆에서 출발해 50단계 동안 거의 움직이지 않습니다. Adam은 그레이디언트의 크기로 나누므로 바로 떠납니다."] }],
  ],
  momentum: [
    [{ mapped: true }, { en: ["Map the learning rate", "With α(1 − β) for α the built-in takes the lecture’s steps: the dashed line lies on the other one, and what is left is rounding."],
      ko: ["학습률 맞추기", "내장 옵티마이저에 α 대신 α(1 − β)를 주면 강의와 똑같이 업데이트합니다. 점선이 실선과 겹치고, 남는 차이는 반올림뿐입니다."] }],
    [{ beta_1: 0.98, mapped: true, steps: 150 }, { en: ["Overshoot", "At β = 0.98 the velocity remembers 50 steps. It carries the parameter past the minimum, and back again."],
      ko: ["지나치기", "β = 0.98이면 속도가 50단계를 기억합니다. 그 관성으로 최솟값을 지나쳤다가 되돌아옵니다."] }],
    [{ alpha: 0.01, other: "cs231n" }, { en: ["Both forms, one α", "At the same α the summed form takes steps ten times as long. Keras is the summed form: its line lies on that of CS231nMomentum."],
      ko: ["두 형태, 같은 α", "α가 같으면 합 형태의 업데이트가 열 배 큽니다. Keras는 합 형태라서 CS231nMomentum의 선과 겹칩니다."] }],
  ],
  nesterov: [
    [{ alpha: 0.03, other: "cs231n" }, { en: ["Look ahead", "Same α, same ρ: CS231nMomentum still swings across the valley when Nesterov, which takes the gradient where the velocity leads, has come to rest there."],
      ko: ["앞을 내다보기", "α와 ρ가 같아도 CS231nMomentum은 골짜기를 가로질러 계속 흔들립니다. 속도가 데려갈 곳의 그레이디언트를 쓰는 네스테로프는 일찍 가라앉습니다."] }],
    [{ alpha: 0.055, other: "cs231n" }, { en: ["α = 0.055", "Looking ahead has a price: across this valley Nesterov diverges above α = 0.054, plain momentum only above 0.152."],
      ko: ["α = 0.055", "앞을 내다보는 데에는 대가가 있습니다. 이 골짜기에서 네스테로프는 α가 0.054를 넘으면 발산하지만, 보통 모멘텀은 0.152까지 버팁니다."] }],
  ],
  adagrad: [
    [plateau, { en: ["Keras’ start of s", "Keras starts s at 0.1. On the plateau the squared gradients are far below that, and the built-in stands still. The lecture starts at 0."],
      ko: ["Keras의 s 초깃값", "Keras는 s를 0.1에서 시작합니다. 고원에서는 그레이디언트의 제곱이 그보다 훨씬 작아 내장 옵티마이저가 제자리에 머뭅니다. 강의의 초깃값은 0입니다."] }],
    [{ mapped: true }, { en: ["Map it", "With s from 0 and ε chosen anew in each step, 2ε√s + ε², the built-in is the lecture’s AdaGrad, up to rounding."],
      ko: ["맞추기", "s를 0에서 시작하고 ε을 단계마다 2ε√s + ε²로 바꾸면 내장 옵티마이저가 반올림 오차 안에서 강의의 AdaGrad와 같아집니다."] }],
    [{ other: "rmsprop", steps: 150 }, { en: ["Against RMSProp", "AdaGrad’s steps shrink with all it has seen, and it comes to rest. RMSProp forgets, keeps steps of about α, and goes on trembling."],
      ko: ["RMSProp과 비교", "AdaGrad는 지금까지 본 모든 그레이디언트만큼 업데이트가 줄어 멈춥니다. RMSProp은 잊어버리므로 업데이트가 α 정도로 남아 계속 떱니다."] }],
  ],
  rmsprop: [
    [{ ...plateau, epsilon: 1e-6 }, { en: ["ε = 10⁻⁶ on the plateau", "Inside the root ε is compared with g². The gradients here are below √ε = 0.001, so Keras is left behind; the lecture’s form does not notice this ε."],
      ko: ["고원에서 ε = 10⁻⁶", "근호 안의 ε은 g²과 견주는 값입니다. 이곳의 그레이디언트는 √ε = 0.001보다 작아 Keras가 뒤처집니다. 강의의 식은 이 ε에 영향을 받지 않습니다."] }],
    [{ ...plateau, epsilon: 1e-6, mapped: true }, { en: ["Map ε", "With 2ε√s + ε² for ε, another number in each step, the built-in is the lecture’s form, up to rounding."],
      ko: ["ε 맞추기", "ε 대신 단계마다 다른 값인 2ε√s + ε²를 주면 내장 옵티마이저가 반올림 오차 안에서 강의의 식과 같아집니다."] }],
    [{ alpha: 0.05, other: "adagrad", steps: 150 }, { en: ["It does not rest", "Near the minimum RMSProp’s steps stay about α long, whatever the gradient. AdaGrad’s shrink."],
      ko: ["멈추지 않습니다", "최솟값 근처에서도 RMSProp의 업데이트는 그레이디언트와 관계없이 α 정도로 남습니다. AdaGrad의 업데이트는 줄어듭니다."] }],
  ],
  adam: [
    [{ ...plateau, epsilon: 1e-3 }, { en: ["ε = 10⁻³ on the plateau", "The gradients here are below 10⁻³. Keras adds ε before the correction, as if it were 32 times larger in the first step, and is left behind."],
      ko: ["고원에서 ε = 10⁻³", "이곳의 그레이디언트는 10⁻³보다 작습니다. Keras는 편향을 보정하기 전에 ε을 더하므로 첫 단계에서 ε이 32배인 것과 같아 뒤처집니다."] }],
    [{ ...plateau, epsilon: 1e-3, mapped: true }, { en: ["Map ε", "With ε√(1 − β₂^t) for ε the built-in is the lecture’s Adam: the lines lie on each other, and what is left is rounding."],
      ko: ["ε 맞추기", "ε 대신 ε√(1 − β₂^t)를 주면 내장 옵티마이저가 강의의 Adam과 같아집니다. 두 선이 겹치고, 남는 차이는 반올림뿐입니다."] }],
    [{ beta_1: 0, beta_2: 0.9, other: "rmsprop" }, { en: ["β₁ = 0", "Without the average of the gradient Adam is RMSProp with correction. RMSProp’s first step is 1/√(1 − β) = 3.2 times too long; some twenty steps later the correction is gone."],
      ko: ["β₁ = 0", "그레이디언트를 평균하지 않으면 Adam은 보정이 있는 RMSProp입니다. RMSProp의 첫 업데이트는 1/√(1 − β) = 3.2배 크고, 스무 단계쯤 지나면 보정이 사라집니다."] }],
    [{ ...saddle, other: "sgd" }, { en: ["Leave a saddle", "The gradient beside the ridge is 0.001. Adam divides by its size and leaves at once; SGD hardly moves for 50 steps."],
      ko: ["안장점 떠나기", "능선 옆의 그레이디언트는 0.001입니다. Adam은 그 크기로 나누므로 바로 떠나고, SGD는 50단계 동안 거의 움직이지 않습니다."] }],
  ],
};

function first(optimizer) {
  const [x, y] = surfaces.valley.start;
  return { optimizer, surface: "valley", other: NONE, alpha: 0.1, beta_1: 0.9, beta_2: 0.9, epsilon: 1e-7, ...FIRST[optimizer], steps: 60, mapped: false, x, y };
}

function change(state, key) {
  const [left, right, low, high] = surfaces[state.surface].window;
  if (key === "optimizer") state = { ...state, ...FIRST[state.optimizer], other: state.other === state.optimizer ? NONE : state.other, mapped: false };
  if (key === "surface") [state.x, state.y] = surfaces[state.surface].start;
  const within = (value, least, most) => Number(Math.min(Math.max(value, least), most).toFixed(4));
  return { ...state, x: within(state.x, left, right), y: within(state.y, low, high) };
}

const uses = (setting) => ({ optimizer, other }) => [optimizer, other].some((name) => optimizers[name]?.settings.includes(setting));
const controls = [
  { key: "optimizer", options: () => NAMES },
  { key: "surface", options: () => Object.keys(surfaces) },
  { key: "alpha", scale: "log", min: 1e-3, max: 1 },
  { key: "beta_1", scale: "memory", min: 0, max: 0.999, when: uses("beta_1") },
  { key: "beta_2", scale: "memory", min: 0, max: 0.9999, when: uses("beta_2") },
  { key: "epsilon", scale: "log", min: 1e-10, max: 1, when: uses("epsilon") },
  { key: "steps", scale: "linear", min: 1, max: 300 },
  { key: "other", options: ({ optimizer }) => [NONE, ...NAMES.filter((name) => name !== optimizer)] },
  { key: "mapped", when: ({ optimizer }) => "mapped" in optimizers[optimizer] },
  { key: "x", hidden: true, min: -9, max: 9 },
  { key: "y", hidden: true, min: -9, max: 9 },
];

/* The surface: areas above 13 heights, which lie closer near the minimum. */
let ground = {};
function contours(surface, width, height) {
  if (ground.key !== `${surface} ${width}`) {
    const { value, window: [left, right, low, high] } = surfaces[surface];
    const across = 160, down = Math.round((across * height) / width), heights = [];
    for (let j = 0; j < down; j++) for (let i = 0; i < across; i++) {
      heights.push(value(left + ((i + 0.5) / across) * (right - left), high - ((j + 0.5) / down) * (high - low)));
    }
    const [least, most] = d3.extent(heights);
    const levels = d3.range(1, 14).map((i) => least + (most - least) * (i / 14) ** 2);
    const outline = (ring) => `M${ring.map(([i, j]) => `${((i / across) * width).toFixed(1)} ${((j / down) * height).toFixed(1)}`).join("L")}Z`;
    const areas = d3.contours().size([across, down]).thresholds(levels)(heights);
    ground = { key: `${surface} ${width}`, areas: areas.map((area) => area.coordinates.flat().map(outline).join("")) };
  }
  return ground.areas.map((d) => svg("path", { d, class: "play-height" }));
}

let pieces;
function draw(parts, state, w, shown, set) {
  const { optimizer, surface, other, steps, mapped, x, y } = state;
  const where = [surface, [x, y], steps];
  const curves = [
    { className: "lecture", title: w.options[optimizer], path: lecture(optimizer, state, ...where) },
    { className: "keras", title: w.keras(optimizers[optimizer].name), path: builtin(optimizer, state, mapped, ...where) },
  ];
  if (other !== NONE) curves.push({ className: "other", title: w.options[other], path: lecture(other, state, ...where) });

  const { window: [left, right, low, high], value } = surfaces[surface];
  const width = Math.max(parts.plot.clientWidth, 200), height = Math.round((width * (high - low)) / (right - left));
  const place = ([a, b]) => [((a - left) / (right - left)) * width, ((high - b) / (high - low)) * height];
  const line = (points) => "M" + points.map((point) => place(point).map((pixel) => Math.min(Math.max(pixel, -1e4), 1e4).toFixed(1)).join(" ")).join("L");
  const dots = (points) => points.map((point) => `M${place(point).map((pixel) => pixel.toFixed(1)).join(" ")}h0`).join("");
  const seen = ([a, b]) => a > left && a < right && b > low && b < high;
  pieces ??= frames(parts);
  const plot = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${w.plot}: ${formulas[surface]}` });
  plot.append(
    ...contours(surface, width, height),
    ...d3.ticks(left, right, 5).filter((tick) => tick > left + 0.1 && tick < right - 0.1).map((tick) => text(number(tick), { x: place([tick, 0])[0], y: height - 5, "text-anchor": "middle" })),
    ...d3.ticks(low, high, 4).filter((tick) => tick > low + 0.1 && tick < high - 0.1).map((tick) => text(number(tick), { x: 5, y: place([0, tick])[1] + 4 })),
    text("θ₁", { x: width - 6, y: height - 5, "text-anchor": "end" }), text("θ₂", { x: 5, y: 14 }),
    text(formulas[surface], { x: width - 6, y: 16, "text-anchor": "end" }),
  );
  for (const { className, path } of [curves[2], curves[0], curves[1]].filter(Boolean)) { // the dashes lie on top
    const points = path.slice(0, shown + 1);
    plot.append(svg("path", { d: line(points), class: `play-line ${className}` }));
    if (className !== "keras") plot.append(svg("path", { d: dots(points.filter(seen)), class: `play-dots ${className}` }));
    const [a, b] = place(points.at(-1));
    if (seen(points.at(-1))) plot.append(svg("circle", { cx: a, cy: b, r: className === "keras" ? 7 : 4.5, class: `play-end ${className}` }));
  }
  pieces.surface.replaceChildren(plot);
  const [a, b] = place([x, y]);
  Object.assign(pieces.handle.style, { left: `${a}px`, top: `${b}px` });
  pieces.handle.setAttribute("aria-label", `${w.start(number(x), number(y))} ${w.move}`);
  movable(parts.plot, pieces.handle, {
    place: [x, y], step: (right - left) / 100,
    point: (i, j) => [left + (i / width) * (right - left), high - (j / height) * (high - low)],
    move: ([to, up], settled) => set({ x: to, y: up }, settled),
  });

  const apart = distances(curves[0].path, curves[1].path).slice(0, shown + 1);
  const distance = chart(parts.second, { title: w.second, height: 170, x: [0, steps, w.step], y: [1e-18, 100, "", true] });
  distance.band(1e-18, 2 ** -52, w.rounding);
  distance.line("keras solid", apart.map((distance, t) => [t, Math.max(distance, 1e-18)]).slice(1));
  const rows = curves.map(({ className, title, path }) => {
    const end = path[Math.min(shown, path.length - 1)];
    return row(className, title, path.length - 1 < shown ? w.left(path.length - 1) : `θ = (${end.map(number).join(", ")}), J = ${number(value(...end))}`);
  });
  const most = d3.max(apart);
  return [say(w.after(shown)), ...rows, say(most ? w.apart(number(apart.at(-1)), number(most)) : w.zero)];
}

function frames(parts) {
  const surface = element("div"), handle = element("button", { type: "button", className: "play-handle" });
  parts.plot.append(surface, handle);
  parts.plot.classList.add("play-click");
  return { surface, handle };
}

play("optimizers", { words, first, controls, presets: PRESETS, change, length: ({ steps }) => steps, draw });
