import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPhotograph } from '@answerback/imaging/bilevel/picture-kind'
import type { GreyImage } from '@answerback/imaging/image/grey-image'
import { draw, noiseFrom, picture, poorScan, writing } from '../image/scenes.ts'

function isPhoto({ width, height, pixels }: GreyImage): boolean {
  const whole = { left: 0, top: 0, right: width, bottom: height }
  return isPhotograph({ width, rows: height, stride: width, pixels }, whole)
}

test('black writing on white paper is no photograph', () => {
  assert.equal(isPhoto(writing(800, 1000)), false)
})

test('grey writing on unevenly lit, noisy paper is no photograph', () => {
  assert.equal(isPhoto(poorScan(800, 1000)), false)
})

test('an empty page is no photograph', () => {
  assert.equal(isPhoto(draw(400, 400, () => 255)), false)
})

test('soft shapes over all greys are a photograph', () => {
  assert.equal(isPhoto(picture(800, 600)), true)
})

test('a dark photograph is one, however even it is', () => {
  const random = noiseFrom(3)
  assert.equal(isPhoto(draw(400, 400, () => 30 + 20 * random())), true)
})

test('a flat dark ground, as of a logo, is no photograph', () => {
  assert.equal(isPhoto(draw(400, 400, () => 60)), false)
})

test('a page of writing with a photograph on a tenth of it is no photograph', () => {
  const page = writing(800, 1000)
  const photo = picture(400, 200)
  for (let y = 0; y < 200; y++) {
    page.pixels.set(photo.pixels.subarray(y * 400, (y + 1) * 400), (y + 300) * 800 + 200)
  }
  assert.equal(isPhoto(page), false)
})

test('a photograph is found inside a page of writing when its box is asked about', () => {
  const { width, height, pixels } = writing(800, 1000)
  const photo = picture(400, 300)
  for (let y = 0; y < 300; y++) {
    pixels.set(photo.pixels.subarray(y * 400, (y + 1) * 400), (y + 300) * 800 + 200)
  }
  const page = { width, rows: height, stride: width, pixels }
  assert.equal(isPhotograph(page, { left: 200, top: 300, right: 600, bottom: 600 }), true)
  assert.equal(isPhotograph(page, { left: 0, top: 600, right: 800, bottom: 1000 }), false)
})

test('an image of one pixel is classified', () => {
  assert.equal(isPhoto(draw(1, 1, () => 200)), false)
})
