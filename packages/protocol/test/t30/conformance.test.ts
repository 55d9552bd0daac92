import { describe, it } from 'node:test'
import { cases } from '../../../../conformance/t30/cases.ts'
import { runScript } from './scripted-call.ts'

describe('T.30 conformance', () => {
  for (const script of cases) it(`${script.id}: ${script.sentence}`, () => runScript(script))
})
