// Where numbers stand in the box of a plot. Pure.

const HIGHEST = Number.MAX_VALUE;

/** A number as a database wrote it; null: it is none that can be drawn, such as NaN or infinity. */
export function finite(text) {
  const number = text === "" || text === null || text === undefined ? NaN : Number(text);
  return Number.isFinite(number) ? number : null;
}

/** The lowest and the highest. */
export const bounds = (numbers) => [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))];

/**
 * The ends of the axis of some numbers. floor: a number that is in it, if there is one. What never
 * changes stands on its floor, and without one in the middle: with no height of its own it would
 * look like the highest or like the lowest.
 */
export function axis(numbers, floor = null) {
  const [low, high] = bounds(floor === null ? numbers : [...numbers, floor]);
  if (low < high) return [low, high];
  if (floor !== null) return [floor, floor + 1];
  // As far above as below, and neither beyond what a number holds.
  const half = Math.min(Math.abs(low) / 2 || 1, HIGHEST - Math.abs(low)) || 1;
  return [low - half, high + half];
}

/** From a number between low and high to a place between from and to; what has no width is in the middle. */
export function scale([low, high], from, to) {
  // Halves: the distance between the two ends may be more than a number holds.
  const span = high / 2 - low / 2;
  if (!(span > 0)) return () => (from + to) / 2;
  return (number) => from + ((number / 2 - low / 2) / span) * (to - from);
}
