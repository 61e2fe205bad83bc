/** A part of the screen, in characters. */
export interface Size {
  readonly width: number;
  readonly height: number;
}
