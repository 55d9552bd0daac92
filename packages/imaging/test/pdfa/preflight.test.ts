import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writePdfa } from '@answerback/imaging/pdfa/write-pdfa'
import fc from 'fast-check'
import { textPagePdf } from '../pdf/raw-pdf.ts'
import { pages } from './arbitraries.ts'
import { edited } from './edit-pdf.ts'
import { ABOUT, ALL_KINDS, FINE } from './samples.ts'
import { NEEDS_PREFLIGHT, preflightFaults } from './tools.ts'

const ARCHIVED = writePdfa(ALL_KINDS, { ...ABOUT, title: 'Größe <& "患者" 😀', conformance: '1b' })
/** PDFBox looks into a font only where its letters are to be seen. */
const visible = (pdf: Uint8Array) => edited(pdf, (text) => text.replace('BT 3 Tr', 'BT 0 Tr'))

test('pages of every kind are PDF/A-1b for Apache PDFBox', { skip: NEEDS_PREFLIGHT }, () => {
  assert.deepEqual(preflightFaults(ARCHIVED), [])
})

test('so are pages without a word', { skip: NEEDS_PREFLIGHT }, () => {
  assert.deepEqual(preflightFaults(writePdfa([{ page: FINE }], { ...ABOUT, conformance: '1b' })), [])
})

test('so are pages and words by lot, were the words visible', { skip: NEEDS_PREFLIGHT }, () => {
  const byLot = fc.sample(pages, { numRuns: 60, seed: 7 }).flat()
  assert.ok(byLot.length > 60)
  assert.deepEqual(preflightFaults(visible(writePdfa(byLot, { ...ABOUT, conformance: '1b' }))), [])
})

test('what PDFBox has against a file as PDF/A-2b is its part and nothing else', {
  skip: NEEDS_PREFLIGHT,
}, () => {
  const faults = preflightFaults(writePdfa(ALL_KINDS, ABOUT))
  assert.equal(faults.length, 1)
  assert.match(faults[0]!, /part must be 1/)
})

test('PDFBox says no to a PDF that is not PDF/A', { skip: NEEDS_PREFLIGHT }, () => {
  const faults = preflightFaults(textPagePdf()).join('\n')
  assert.match(faults, /^2\.4\.3 : /m, faults)
  assert.match(faults, /^7\.1/m, faults)
})

test('the font holds too, were the words visible', {
  skip: NEEDS_PREFLIGHT,
}, () => {
  assert.deepEqual(preflightFaults(visible(ARCHIVED)), [])
})

for (const [what, from, to] of [
  ['the font is gone', '/FontFile2', '/FontFileX'],
  ['the font says another width', '/DW 500', '/DW 400'],
  ['the grey profile is gone', '/OutputIntents', '/OutputIntentX'],
  ['the title is another one', '"x-default">', '"x-default">Another'],
] as const) {
  test(`PDFBox says no to a file of ours of which ${what}`, { skip: NEEDS_PREFLIGHT }, () => {
    const damaged = edited(visible(ARCHIVED), (text) => text.replace(from, to))
    assert.notDeepEqual(preflightFaults(damaged), [])
  })
}
