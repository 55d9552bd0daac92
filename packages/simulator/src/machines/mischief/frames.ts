import { type ControlField, controlFieldOf } from '@answerback/protocol/t30/facsimile-control-field'
import { buildFrame } from '@answerback/protocol/t30/frame'
import type { T30Input, Transmission } from '@answerback/protocol/t30/machine'

/** The facsimile control field of a frame a sound machine built. */
function fieldOf(frame: Uint8Array): ControlField | undefined {
  return controlFieldOf(frame[2] ?? 0)
}

export function says(transmissions: readonly Transmission[], field: ControlField): boolean {
  return transmissions.some(
    (each) => each.kind === 'control' && each.frames.some((f) => fieldOf(f) === field),
  )
}

export function saysImage(transmissions: readonly Transmission[]): boolean {
  return transmissions.some((each) => each.kind === 'image' || each.kind === 'block')
}

/** A frame of an ECM block, or octets of a page without ECM. */
export function isImage(input: T30Input): boolean {
  return input.kind === 'image' || (input.kind === 'frame' && fieldOf(input.octets) === 'FCD')
}

/** Changes the frames of every control signal. */
export function mapFrames(
  transmissions: readonly Transmission[],
  map: (frame: Uint8Array, field: ControlField | undefined) => readonly Uint8Array[],
): readonly Transmission[] {
  return transmissions.map((each) =>
    each.kind === 'control'
      ? { kind: 'control', frames: each.frames.flatMap((frame) => map(frame, fieldOf(frame))) }
      : each,
  )
}

export function dcn(): Transmission {
  return {
    kind: 'control',
    frames: [buildFrame({ field: 'DCN', isFinal: true, hasReceivedDis: false })],
  }
}
