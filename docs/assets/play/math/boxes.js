/* IoU of two boxes [left, top, right, bottom], and non-max suppression. Pure functions, compared with dlref in Node. */
export function iou([l_1, t_1, r_1, b_1], [l_2, t_2, r_2, b_2]) {
  const w = Math.max(0, Math.min(r_1, r_2) - Math.max(l_1, l_2)); // (1)
  const h = Math.max(0, Math.min(b_1, b_2) - Math.max(t_1, t_2)); // (2)
  const I = w * h; // (3)
  const A_1 = (r_1 - l_1) * (b_1 - t_1); // (4)
  const A_2 = (r_2 - l_2) * (b_2 - t_2); // (5)
  const U = A_1 + A_2 - I; // (6)
  const IoU = U ? I / U : 0; // (7)
  return { I, U, IoU };
}

/* For each box, from the highest score down, the one that is kept and suppresses it, or null for one that is kept. */
export function suppressed_by(boxes, scores, threshold) {
  const order = boxes.map((_, j) => j).sort((i, j) => scores[j] - scores[i]), by = [];
  for (const j of order) by[j] = order.find((i) => i !== j && by[i] === null && iou(boxes[i], boxes[j]).IoU >= threshold) ?? null;
  return by;
}

export function non_max_suppression(boxes, scores, threshold) {
  const by = suppressed_by(boxes, scores, threshold);
  return boxes.map((_, j) => j).filter((j) => by[j] === null).sort((i, j) => scores[j] - scores[i]);
}
