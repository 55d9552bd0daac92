import assert from 'node:assert/strict'
import type { Step, T30Case } from '../../../../conformance/t30/case.ts'
import type { T30Input, T30Machine } from '../../src/t30/machine.ts'
import type { TimerName } from '../../src/t30/timers.ts'
import { FarEnd } from './far-end.ts'
import { buildAnswerer, buildCaller } from './machines.ts'
import { wordsOf } from './words.ts'

interface Act {
  readonly words: string
  /** With it, all of a transmission has been said. */
  readonly isLastOfSignal: boolean
}

/** Runs the steps of a case against our machine. Everything that the machine does must be expected. */
export function runScript(script: T30Case): void {
  const call = new ScriptedCall(script)
  script.steps.forEach((step, index) => {
    try {
      call.take(step)
    } catch (error) {
      throw new Error(`step ${index + 1}, ${JSON.stringify(step)}: ${(error as Error).message}`)
    }
  })
  call.assertNothingMore()
}

class ScriptedCall {
  readonly #machine: T30Machine
  readonly #farEnd: FarEnd
  readonly #timers = new Set<TimerName>()
  #acts: Act[] = []

  constructor(script: T30Case) {
    this.#machine = script.role === 'caller' ? buildCaller(script.caller) : buildAnswerer(script.answerer)
    this.#farEnd = new FarEnd(script)
  }

  take(step: Step): void {
    if ('expect' in step) {
      this.#expect(step.expect, true)
    } else if ('onLine' in step) {
      this.#expect(step.onLine, false)
    } else if ('running' in step) {
      assert.deepEqual([...this.#timers].sort(), step.running.split(' ').filter(Boolean).sort())
    } else {
      this.assertNothingMore()
      this.#act(step)
    }
  }

  #act(step: Exclude<Step, { expect: string } | { onLine: string } | { running: string }>): void {
    if ('give' in step) for (const input of this.#farEnd.inputs(step.give, step)) this.#feed(input)
    else if ('timer' in step) this.#runOut(step.timer)
    else this.#feed(answer(step.answer))
  }

  assertNothingMore(): void {
    assert.deepEqual(
      this.#acts.map(({ words }) => words),
      [],
      'more was done than is expected',
    )
  }

  #runOut(timer: TimerName): void {
    assert.ok(this.#timers.delete(timer), `${timer} does not run, but ${[...this.#timers].join(' ')}`)
    this.#feed({ kind: 'timer', timer })
  }

  #expect(text: string, hasLeft: boolean): void {
    const expected = text === '' ? [] : text.split(', ')
    if (expected.length === 0) this.assertNothingMore()
    for (const [index, words] of expected.entries()) {
      const act = this.#acts.shift()
      assert.ok(act, `expected ${words}, and nothing was done`)
      const isMatch = act.words === words || act.words.startsWith(`${words} `)
      if (!isMatch) assert.fail(`expected ${words}, and what was done is ${act.words}`)
      const isLast = index === expected.length - 1
      if (act.isLastOfSignal && (hasLeft || !isLast)) this.#feed({ kind: 'sent' })
    }
  }

  #feed(input: T30Input): void {
    for (const effect of this.#machine.take(input)) {
      if (effect.kind === 'start_timer') this.#timers.add(effect.timer)
      if (effect.kind === 'stop_timer') this.#timers.delete(effect.timer)
      const words = wordsOf(effect)
      const isSignal = effect.kind === 'transmit' && effect.transmissions.length > 0
      this.#acts.push(
        ...words.map((word, i) => ({ words: word, isLastOfSignal: isSignal && i === words.length - 1 })),
      )
    }
  }
}

function answer(word: Extract<Step, { answer: unknown }>['answer']): T30Input {
  if (word === 'yes' || word === 'no') return { kind: 'identity_checked', mayGoOn: word === 'yes' }
  return { kind: word } as T30Input
}
