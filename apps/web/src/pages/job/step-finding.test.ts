import { expect, test } from 'vitest'
import { missingFiles, stepFinding } from './step-finding.ts'

test('trace and upload say what they found and sent', () => {
  expect(stepFinding({ name: 'trace', output: { files: 214, missing: 0 } })).toBe('214 files')
  expect(stepFinding({ name: 'trace', output: { files: 0, missing: 0 } })).toBe('nothing besides the scene')
  expect(stepFinding({ name: 'trace', output: { files: 1, missing: 3 } })).toBe('1 file, 3 missing')
  expect(stepFinding({ name: 'upload', output: { bytes: 7_852_575, skippedBytes: 0 } })).toBe('7.9 MB sent')
  expect(stepFinding({ name: 'upload', output: { bytes: 0, skippedBytes: 1200 } })).toBe('0 B sent, 1.2 kB were there')
})

test('output of another shape is left alone', () => {
  expect(stepFinding({ name: 'trace', output: {} })).toBeUndefined()
  expect(stepFinding({ name: 'render_frames', output: { files: 2 } })).toBeUndefined()
})

test('missing files are counted, and named where the submission named them', () => {
  const trace = (output: Record<string, unknown>) => missingFiles([{ name: 'trace', output }])
  expect(trace({ missing: 30, missingFiles: ['/a.png', '/b.png'] })).toEqual({ count: 30, names: ['/a.png', '/b.png'] })
  expect(trace({ missing: 1 })).toEqual({ count: 1, names: [] })
  expect(trace({ missing: 'x', missingFiles: 'y' })).toEqual({ count: 0, names: [] })
  expect(missingFiles([])).toEqual({ count: 0, names: [] })
})
