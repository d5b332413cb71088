/* A chart of a plaything in `parent`: axes `[from, to, label, logarithmic]`, above it its title or the label of y, and what is then put
   into it; `place` is 0, 1, … where a parent has several. Its kinds of lines are those of play.css, which differ by colour and by
   dashes; a row of the readout is their legend. */
import "./vendor/d3-array.min.js";
import { element, movable, number, svg } from "./play.js";

export const d3 = globalThis.d3;
export const text = (content, attributes) => svg("text", attributes, content);
const clamp = (value, least, most) => Math.min(Math.max(value, least), most);

function axis([from, to, , log], start, end) {
  const place = log ? Math.log10 : Number, value = log ? (power) => 10 ** power : Number, [low, high] = [place(from), place(to)];
  const at = (value) => clamp(start + ((place(value) - low) / (high - low)) * (end - start), -1e4, 1e4);
  at.back = (pixel) => {
    return value(low + ((clamp(pixel, Math.min(start, end), Math.max(start, end)) - start) / (end - start)) * (high - low));
  };
  at.ticks = (count) => (log ? d3.ticks(Math.round(low), Math.round(high), Math.min(count, Math.abs(high - low))).filter(Number.isInteger).map((power) => 10 ** power) : d3.ticks(from, to, count));
  return Object.assign(at, { place, value });
}

export function chart(parent, { title, height = 280, x: across, y: up, left = 44, place = 0, ticks = [6, 5], names = {} }) {
  const slot = parent.querySelectorAll(":scope > .play-chart")[place] ?? parent.appendChild(element("div", { className: "play-chart" }, svg("svg")));
  const buttons = [...slot.querySelectorAll("button")];
  title ??= up[2];
  const width = Math.max(parent.clientWidth, 200), margin = { left, right: 12, top: title ? 24 : 10, bottom: across[2] === null ? 8 : 24 };
  const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  const x = axis(across, 0, inner.width), y = axis(up, inner.height, 0);
  const plot = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title });
  const area = svg("svg", { x: margin.left, y: margin.top, ...inner });
  const add = (...nodes) => area.append(...nodes.filter(Boolean));
  if (title) plot.append(text(title, { x: 4, y: 13, class: "play-title" }));
  for (const tick of y.ticks(ticks[1])) {
    plot.append(svg("line", { x1: margin.left, x2: width - margin.right, y1: margin.top + y(tick), y2: margin.top + y(tick), class: "play-grid" }),
      text((names.y ?? number)(tick), { x: margin.left - 5, y: margin.top + y(tick) + 4, "text-anchor": "end" }));
  }
  if (across[2] !== null) {
    const name = text(across[2], { x: width - margin.right, y: height - 5, "text-anchor": "end" });
    const room = inner.width - across[2].length * 7 - 14;
    const shown = x.ticks(Math.min(ticks[0], Math.ceil(inner.width / 60))).filter((tick) => x(tick) < room);
    plot.append(name, ...shown.map((tick) => text((names.x ?? number)(tick), { x: margin.left + x(tick), y: height - 5, "text-anchor": "middle" })));
  }
  plot.append(area);
  slot.firstChild.replaceWith(plot); // the buttons stay, and with them the focus
  let handles = 0;

  return {
    x, y, inner, add,
    line: (kind, points) => add(points.length && svg("path", { class: `play-line ${kind}`, d: `M${points.map(([a, b]) => `${x(a).toFixed(1)} ${y(b).toFixed(1)}`).join("L")}${points.length > 1 ? "" : "h0"}` })),
    dots: (kind, points) => add(points.length && svg("path", { class: `play-dots ${kind}`, d: points.map(([a, b]) => `M${x(a).toFixed(1)} ${y(b).toFixed(1)}h0`).join("") })),
    ring: (kind, [a, b]) => add(svg("circle", { class: `play-end ${kind}`, cx: x(a), cy: y(b), r: kind === "keras" ? 7 : 4.5 })),
    /* Bars from y = base to b, each `share` of 1 wide on the axis of x. */
    bars: (kind, points, share = 0.8, base = 0) => add(...points.map(([a, b]) => svg("rect", {
      class: `play-bar ${kind}`, x: x(a - share / 2), width: Math.max(x(a + share / 2) - x(a - share / 2), 0.5), y: Math.min(y(b), y(base)), height: Math.abs(y(b) - y(base)),
    }))),
    band: (low, high, name) => add(svg("rect", { class: "play-floor", width: inner.width, y: y(high), height: y(low) - y(high) }), text(name, { x: inner.width - 4, y: y(high) - 4, "text-anchor": "end" })),
    rule: (kind, at, name = "", vertical = true) => add(
      svg("line", { class: `play-line ${kind}`, ...(vertical ? { x1: x(at), x2: x(at), y1: 0, y2: inner.height } : { x1: 0, x2: inner.width, y1: y(at), y2: y(at) }) }),
      name && (vertical ? text(name, { x: clamp(x(at), 60, inner.width - 4) - 4, y: 24, "text-anchor": "end" }) : text(name, { x: inner.width - 4, y: y(at) - 4, "text-anchor": "end" }))),
    /* A point that is dragged or moved by arrow keys; `move` gets its place. With one alone, a click on the chart moves it too. */
    handle: ([a, b], { label, step = (x.place(across[1]) - x.place(across[0])) / 100, move, alone = true }) => {
      const button = buttons[handles++] ?? slot.appendChild(element("button", { type: "button", className: "play-handle" }));
      Object.assign(button.style, { left: `${margin.left + x(a)}px`, top: `${margin.top + y(b)}px` });
      button.setAttribute("aria-label", label);
      slot.classList.toggle("play-click", alone);
      movable(slot, button, {
        place: [x.place(a), y.place(b)], step, alone, move: ([i, j], settled) => move([x.value(i), y.value(j)], settled),
        point: (i, j) => [x.place(x.back(i - margin.left)), y.place(y.back(j - margin.top))],
      });
    },
  };
}

/* A line of the readout: the legend of a kind of line, its name, and what it says now. */
export function row(kind, title, note = "") {
  return element("div", { className: "play-row" }, element("span", { className: `play-key ${kind}` }), element("span", {}, element("strong", { textContent: title }), ` ${note}`));
}
export const say = (content, className = "") => element("div", { textContent: content, className });
