import { expect, it } from 'vitest'
import { countsText, engineName, framesText, sizeText } from './scene-facts.ts'

const scene = {
  name: 'Shot',
  frameStart: 1,
  frameEnd: 250,
  frameStep: 1,
  fps: 24,
  engine: 'CYCLES',
  cycles: null,
  width: 1920,
  height: 1080,
  percentage: 100,
  camera: 'Camera',
  viewLayers: [],
  output: '//out/',
}

it('says which frames, and how many', () => {
  expect(framesText(scene)).toBe('1–250 (250 frames)')
  expect(framesText({ ...scene, frameEnd: 10, frameStep: 2 })).toBe('1–10, every 2nd (5 frames)')
  expect(framesText({ ...scene, frameEnd: 40, frameStep: 13 })).toBe('1–40, every 13th (4 frames)')
  expect(framesText({ ...scene, frameStart: -7, frameEnd: -7 })).toBe('-7 (1 frame)')
  expect(framesText({ ...scene, frameEnd: 0 })).toBe('1–0 (0 frames)')
})

it('says how large a frame is', () => {
  expect(sizeText(scene)).toBe('1920 × 1080')
  expect(sizeText({ ...scene, width: 1921, percentage: 50 })).toBe('960 × 540, 50% of 1921 × 1080')
})

it('names engines as Blender does, and unknown ones as they are', () => {
  expect([engineName('BLENDER_EEVEE_NEXT'), engineName('RPR')]).toEqual(['EEVEE', 'RPR'])
})

it('counts what is in a file, the most first, without windows', () => {
  expect(countsText({ Screen: 11, Camera: 1, Object: 1200 })).toBe('1,200 Object, 1 Camera')
  expect(countsText({ A: 3, B: 2, C: 1 }, 2)).toBe('3 A, 2 B, …')
})
