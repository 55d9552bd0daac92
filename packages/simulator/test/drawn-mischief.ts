import { GOOD_MACHINE } from '../src/machines/answering.ts'
import {
  disconnectsInstead,
  dropsInPage,
  dropsInstead,
  dropsSendingPage,
  hangsUpAfter,
} from '../src/machines/mischief/hanging-up.ts'
import { hearsNoiseInPages, hearsNoiseInTraining, missesFrames } from '../src/machines/mischief/hearing.ts'
import type { MakeMischief } from '../src/machines/mischief/mischief.ts'
import { confirmingPage, type Moment, signal } from '../src/machines/mischief/moment.ts'
import { changesId, polls, saysJunk, saysNsf } from '../src/machines/mischief/odd-frames.ts'
import { fallsSilent, saysNothing, saysNothingAtFirst } from '../src/machines/mischief/silence.ts'
import type { Random } from '../src/random.ts'

type Drawn = readonly [string, (random: Random) => MakeMischief]

const SIGNALS_MAX = 14
const anySignal = (random: Random): Moment => signal(1 + random.below(SIGNALS_MAX))
const anyPage = (random: Random) => 1 + random.below(3)

/** What either kind of machine may be up to, at any place of the call. */
const ANYBODY: readonly Drawn[] = [
  ['DCN at some signal', (random) => disconnectsInstead(anySignal(random))],
  ['drops at some signal', (random) => dropsInstead(anySignal(random))],
  ['drops at some time', (random) => hangsUpAfter(random.below(90_000))],
  ['silent after some signal', (random) => fallsSilent('after', anySignal(random))],
  ['silent in place of some signal', (random) => fallsSilent('instead', anySignal(random))],
  ['says nothing at first', (random) => saysNothingAtFirst(1 + random.below(4))],
  ['says nothing', () => saysNothing],
  ['junk frames', () => saysJunk],
]

const ANSWERING: readonly Drawn[] = [
  ...ANYBODY,
  ['misses frames', (random) => missesFrames(1 + random.below(9))],
  ['misses frames for good', () => missesFrames(Number.POSITIVE_INFINITY)],
  ['training fails', (random) => hearsNoiseInTraining(1 + random.below(4))],
  ['noise in pages', (random) => hearsNoiseInPages(1 + random.below(2))],
  ['changing id', () => changesId(['A', '', '+1 202 555 0177'])],
  ['NSF', () => saysNsf(Uint8Array.of(0xb5, 1, 2, 3))],
  ['drops in the image', (random) => dropsInPage(anyPage(random), 'mid_image')],
  ['drops after the image', (random) => dropsInPage(anyPage(random), 'after_image')],
  ['drops before MCF', (random) => dropsInstead(confirmingPage(anyPage(random)))],
  ['DCN for MCF', (random) => disconnectsInstead(confirmingPage(anyPage(random)))],
  ['silent after MCF', (random) => fallsSilent('after', confirmingPage(anyPage(random)))],
  ['silent for MCF', (random) => fallsSilent('instead', confirmingPage(anyPage(random)))],
]

const CALLING: readonly Drawn[] = [
  ...ANYBODY,
  ['drops while sending', (random) => dropsSendingPage(anyPage(random))],
  ['polls', () => polls(GOOD_MACHINE.capabilities)],
]

function draw(list: readonly Drawn[], random: Random, words: string[]): MakeMischief {
  const [name, make] = random.pick(list)
  words.push(name)
  return make(random)
}

export const drawAnsweringMischief = (random: Random, words: string[]) => draw(ANSWERING, random, words)
export const drawCallingMischief = (random: Random, words: string[]) => draw(CALLING, random, words)
