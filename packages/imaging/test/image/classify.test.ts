import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classifyImage } from '@answerback/imaging/image/classify'
import { draw, noiseFrom, picture, poorScan, writing } from './scenes.ts'

test('black writing on white paper is a scan', () => {
  assert.equal(classifyImage(writing(800, 1000)), 'scan')
})

test('grey writing on unevenly lit, noisy paper is still a scan', () => {
  assert.equal(classifyImage(poorScan(800, 1000)), 'scan')
})

test('an empty page is a scan', () => {
  assert.equal(classifyImage(draw(400, 400, () => 255)), 'scan')
})

test('soft shapes over all greys are a photo', () => {
  assert.equal(classifyImage(picture(800, 600)), 'photo')
})

test('a dark photo is a photo, however even it is', () => {
  const random = noiseFrom(3)
  assert.equal(classifyImage(draw(400, 400, () => 30 + 20 * random())), 'photo')
})

test('a page of writing with a photo on a tenth of it is a scan', () => {
  const page = writing(800, 1000)
  const photo = picture(400, 200)
  for (let y = 0; y < 200; y++) {
    page.pixels.set(photo.pixels.subarray(y * 400, (y + 1) * 400), (y + 300) * 800 + 200)
  }
  assert.equal(classifyImage(page), 'scan')
})

test('an image of one pixel is classified', () => {
  assert.equal(classifyImage(draw(1, 1, () => 200)), 'scan')
})
