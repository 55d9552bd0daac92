import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkCoverFields } from '@answerback/imaging/cover/check-fields'
import { buildCoverSheet } from '@answerback/imaging/cover/cover-sheet'
import { DEFAULT_COVER_TEMPLATE } from '@answerback/imaging/cover/template'

test('the check refuses exactly what drawing the sheet would refuse', async () => {
  for (const toName of ['Test Patient Zebra', 'Жанна', '王小明', 'שלום', 'x'.repeat(201), '\u{1f9a0}']) {
    const drawn = await buildCoverSheet({ toName }, DEFAULT_COVER_TEMPLATE, 'letter', 1).catch(
      (error: Error) => error,
    )
    if (drawn instanceof Error) assert.throws(() => checkCoverFields({ toName }), { message: drawn.message })
    else assert.doesNotThrow(() => checkCoverFields({ toName }))
  }
})
