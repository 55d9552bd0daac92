/** 8-bit grey (0 black, 255 white), rows without padding. */
export interface GreyImage {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

/** How an image must be moved to stand upright: mirrored left to right first, then turned clockwise. */
export interface Turn {
  readonly mirrored: boolean
  readonly quarters: 0 | 1 | 2 | 3
}

/** EXIF orientations 1 to 8 (CIPA DC-008 §4.6.4) as the move that undoes them. */
const EXIF_TURNS: readonly Turn[] = [
  { mirrored: false, quarters: 0 },
  { mirrored: true, quarters: 0 },
  { mirrored: false, quarters: 2 },
  { mirrored: true, quarters: 2 },
  { mirrored: true, quarters: 3 },
  { mirrored: false, quarters: 1 },
  { mirrored: true, quarters: 1 },
  { mirrored: false, quarters: 3 },
]

/** The turn that an EXIF orientation asks for; an unknown one asks for none. */
export function exifTurn(orientation: number): Turn {
  return EXIF_TURNS[orientation - 1] ?? EXIF_TURNS[0]!
}

/** `turn` and then another quarter clockwise. */
export function quarterMore(turn: Turn): Turn {
  return { mirrored: turn.mirrored, quarters: ((turn.quarters + 1) & 3) as Turn['quarters'] }
}

/** Whether width and height change places. */
export function swapsSides(turn: Turn): boolean {
  return (turn.quarters & 1) === 1
}

/** The image as it is to be looked at: turned clockwise by quarters, mirrored or both. The very image where there is nothing to do. */
export function turnImage(image: GreyImage, turn: Turn): GreyImage {
  if (turn.quarters === 0 && !turn.mirrored) return image
  const { width, height, pixels } = image
  const swapped = swapsSides(turn)
  const turned = new Uint8Array(pixels.length)
  const [start, stepX, stepY] = walk(width, height, turn)
  let at = 0
  for (let y = 0; y < height; y++) {
    let to = start + y * stepY
    for (let x = 0; x < width; x++, to += stepX) turned[to] = pixels[at++]!
  }
  return { width: swapped ? height : width, height: swapped ? width : height, pixels: turned }
}

/** Where pixel (0, 0) lands, and how far one step right and one step down move in the turned image. */
function walk(
  width: number,
  height: number,
  { mirrored, quarters }: Turn,
): [start: number, stepX: number, stepY: number] {
  switch (quarters) {
    case 0:
      return mirrored ? [width - 1, -1, width] : [0, 1, width]
    case 1:
      return mirrored ? [height * width - 1, -height, -1] : [height - 1, height, -1]
    case 2:
      return mirrored ? [(height - 1) * width, 1, -width] : [height * width - 1, -1, -width]
    case 3:
      return mirrored ? [0, height, 1] : [(width - 1) * height, -height, 1]
  }
}
