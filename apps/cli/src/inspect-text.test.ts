import type { BlendInfo } from '@backlot/blendfile/inspect/inspect'
import type { SceneInfo } from '@backlot/blendfile/inspect/scene'
import { expect, it } from 'vitest'
import { inspectText } from './inspect-text.ts'

const scene: SceneInfo = {
  name: 'Shot',
  frameStart: 1,
  frameEnd: 48,
  frameStep: 1,
  fps: 23.976,
  engine: 'CYCLES',
  cycles: { samples: 128, adaptive: false, noiseThreshold: 0.01, splitObstacles: [] },
  width: 1920,
  height: 1080,
  percentage: 100,
  camera: 'Cam',
  viewLayers: ['Main'],
  output: '//out/####',
}
const info: BlendInfo = {
  file: '/p/a.blend',
  blenderVersion: '4.5',
  fileFormat: 0,
  compression: 'zstd',
  pointerSize: 8,
  endian: 'little',
  scenes: [
    scene,
    { ...scene, name: 'Fog', frameStep: 2, percentage: 50, camera: null, viewLayers: ['a', 'b', 'c', 'd'] },
  ],
  activeScene: 'Shot',
  counts: { Object: 3, Mesh: 12 },
  linked: 4,
  outputs: [
    { block: 'SCShot', type: 'RenderSettings', path: '//out/####' },
    { block: 'SCShot', type: 'CompositorNodeOutputFile', path: '//passes/' },
  ],
  thumbnail: { width: 128, height: 128, mime: 'image/png', base64: '' },
}
const plain = (_style: string, text: string) => text

it('shows scenes as a table, with where their frames go', () => {
  expect(inspectText(info, 12_000_000, plain).split('\n')).toEqual(
    [
      '/p/a.blend',
      'saved by Blender 4.5, 12 MB, zstd, 64 bit, little endian, thumbnail 128×128 (--json has it)',
      '',
      '   scene  frames  fps     picture                     engine  camera  view layers         output',
      '*  Shot   1-48    23.976  1920×1080                   CYCLES  Cam     Main                //out/####',
      '   Fog    1-48x2  23.976  960×540 (50 % of 1920×1080)  CYCLES  none    a, b, c and 1 more  //out/####',
      '',
      'also writes',
      '//passes/  CompositorNodeOutputFile of SCShot',
      '',
      'data-blocks',
      '12 Mesh   3 Object',
      '4 data-blocks linked from libraries; `backlot trace` lists them',
    ].map(
      (line) =>
        expect.stringMatching(
          new RegExp(`^${line.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/ {2,}/g, ' {2,}')}$`),
        ) as string,
    ),
  )
})

it('has a table also for a library, and gives a terminal no name raw', () => {
  expect(inspectText({ ...info, scenes: [] }, 1, plain)).toContain('No scene: a library.')
  const odd = { ...scene, name: 'a\u001b[2J', output: '\u0007', camera: '\n', engine: '\r', viewLayers: ['\t'] }
  expect(inspectText({ ...info, scenes: [odd], file: '/p/\u001b' }, 1, plain)).not.toMatch(/[^\P{Cc}\n]/u)
})
