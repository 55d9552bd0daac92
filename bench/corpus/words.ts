/** Invented clinical prose. A seeded generator, so that every run measures the same pages. */

/** Mulberry32: a small seeded generator of numbers in 0..1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const WORDS =
  `patient reports chronic knee pain after walking without fever cough or weight loss examination shows mild
swelling tenderness over the medial joint line range of motion limited blood pressure stable heart rate regular lungs clear
abdomen soft medication metformin lisinopril atorvastatin ibuprofen dose twice daily with food allergies penicillin rash
history diabetes hypertension asthma family mother father imaging radiograph narrowing joint space osteophytes laboratory
glucose creatinine potassium sodium hemoglobin within normal limits assessment plan refer orthopedics physical therapy follow
six weeks return sooner if symptoms worsen discussed risks benefits understands agrees consent referral authorization insurance
appointment scheduled telephone clinic records enclosed please review advise thank you for seeing this pleasant person`
    .split(/\s+/)
    .filter((word) => word.length > 0)

export function sentence(random: () => number, length = 8 + Math.floor(random() * 10)): string {
  const words = Array.from({ length }, () => WORDS[Math.floor(random() * WORDS.length)]!)
  words[0] = words[0]![0]!.toUpperCase() + words[0]!.slice(1)
  return `${words.join(' ')}.`
}

export function paragraph(random: () => number, sentences = 4): string {
  return Array.from({ length: sentences }, () => sentence(random)).join(' ')
}
