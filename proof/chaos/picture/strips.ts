/** A part of one strip of the picture, in its units. */
export interface Piece {
  readonly strip: number;
  readonly x: number;
  readonly width: number;
}

const left = 44;
const right = 16;
const pixelsPerSecond = 20;
const secondsPerStrip = 60;
const top = 84;
const laneHeight = 20;
const axisHeight = 16;
const gap = 14;

/** Where everything lies: time runs from left to right, and goes on in the next strip after a minute. */
export class Strips {
  readonly lanes: number;
  readonly #startedAt: number;
  readonly #endedAt: number;

  /** `lanes`: the rows of a strip; times are milliseconds. */
  constructor(lanes: number, startedAt: number, endedAt: number) {
    this.lanes = lanes;
    this.#startedAt = startedAt;
    this.#endedAt = endedAt;
  }

  readonly width = left + secondsPerStrip * pixelsPerSecond + right;
  readonly laneHeight = laneHeight;

  get count(): number {
    return Math.max(1, Math.ceil(this.#seconds(this.#endedAt) / secondsPerStrip));
  }

  get height(): number {
    return this.top(this.count);
  }

  /** The upper edge of a strip. */
  top(strip: number): number {
    return top + strip * (this.lanes * laneHeight + axisHeight + gap);
  }

  /** The upper edge of a lane. */
  laneTop(strip: number, lane: number): number {
    return this.top(strip) + lane * laneHeight;
  }

  /** The pieces of strips that a time span takes up. */
  pieces(from: number, to: number): Piece[] {
    const [start, end] = [this.#seconds(from), Math.max(this.#seconds(from), this.#seconds(to))];
    const first = Math.floor(start / secondsPerStrip);
    const last = Math.min(Math.floor(end / secondsPerStrip), this.count - 1);
    return Array.from({ length: last - first + 1 }, (_, index) => {
      const strip = first + index;
      const within = (second: number) =>
        Math.min(Math.max(second - strip * secondsPerStrip, 0), secondsPerStrip) * pixelsPerSecond;
      return { strip, x: left + within(start), width: within(end) - within(start) };
    });
  }

  /** The seconds at which a strip's axis has a tick, with their place. */
  ticks(strip: number): { readonly second: number; readonly x: number }[] {
    const step = 5;
    return Array.from({ length: secondsPerStrip / step + 1 }, (_, index) => ({
      second: strip * secondsPerStrip + index * step,
      x: left + index * step * pixelsPerSecond,
    }));
  }

  #seconds(time: number): number {
    return Math.max(0, Math.min(time, this.#endedAt) - this.#startedAt) / 1000;
  }
}
