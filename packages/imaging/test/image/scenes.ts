import type { GreyImage } from '@answerback/imaging/image/grey-image'

/** A small generator of our own, so that every run draws the same pixels. */
export function noiseFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

export function draw(width: number, height: number, level: (x: number, y: number) => number): GreyImage {
  const pixels = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      pixels[y * width + x] = Math.max(0, Math.min(255, Math.round(level(x, y))))
  }
  return { width, height, pixels }
}

/** Lines of letter-like strokes with margins, `ink` on `paper`. */
export function writing(width: number, height: number, ink = 0, paper = 255): GreyImage {
  const random = noiseFrom(7)
  const letters = Array.from({ length: 4096 }, () => random() < 0.45)
  return draw(width, height, (x, y) => {
    const inMargin = x < 80 || x > width - 80 || y < 80 || y > height - 80
    const onLine = y % 28 < 14
    const isStroke = letters[((x >> 2) * 31 + (y >> 2) * 17) & 4095] && x % 12 < 9
    return !inMargin && onLine && isStroke ? ink : paper
  })
}

/** The same page as a bad scanner sees it: grey ink, light falling off to one side, noise. */
export function poorScan(width: number, height: number): GreyImage {
  const clean = writing(width, height, 90, 235)
  const random = noiseFrom(11)
  return draw(width, height, (x, y) => {
    const light = 1 - 0.45 * ((x + y) / (width + height))
    return clean.pixels[y * width + x]! * light + (random() - 0.5) * 24
  })
}

/** Soft shapes over the whole range of greys. */
export function picture(width: number, height: number): GreyImage {
  return draw(width, height, (x, y) => {
    const u = x / width
    const v = y / height
    return (
      120 +
      70 * Math.sin(7 * u + 2 * v) +
      60 * Math.cos(9 * v - 4 * u * v) +
      25 * Math.sin(40 * u) * Math.cos(35 * v)
    )
  })
}
