import { describe, it } from 'node:test'
import { cases } from '../../../../conformance/t30/cases.ts'
import { pairs } from '../../../../conformance/t30/pairs.ts'
import { runPair } from './paired-call.ts'
import { runScript } from './scripted-call.ts'

describe('T.30 conformance of one machine', () => {
  for (const script of cases) it(`${script.id}: ${script.sentence}`, () => runScript(script))
})

describe('T.30 conformance of a caller and an answerer', () => {
  for (const pair of pairs) it(`${pair.id}: ${pair.sentence}`, () => runPair(pair))
})
