/** A whole number from 0 up to, and without, `bound`. */
export type RandomSource = (bound: number) => number;
