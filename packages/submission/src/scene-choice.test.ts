import { describe, expect, it } from 'vitest'
import { chooseScene, type SceneFacts } from './scene-choice.ts'

const scene: SceneFacts = {
  name: 'Shot',
  frameStart: 1,
  frameEnd: 9,
  frameStep: 2,
  fps: 24,
  camera: 'Camera',
  engine: 'CYCLES',
  width: 64,
  height: 64,
  percentage: 100,
  cycles: null,
}
const codeOf = (work: () => unknown): string | undefined => {
  try {
    work()
    return undefined
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('chooseScene', () => {
  it('takes the first scene and its own frames', () => {
    expect(chooseScene([scene], {})).toEqual({ scene, frames: '1-9x2', frameCount: 5 })
  })
  it('takes the wanted scene and frames', () => {
    const other = { ...scene, name: 'Other' }
    expect(chooseScene([scene, other], { scene: 'Other', frames: '4,1-3,2' })).toEqual({
      scene: other,
      frames: '1-4',
      frameCount: 4,
    })
  })
  it('says what is wrong', () => {
    expect(codeOf(() => chooseScene([scene], { scene: 'None' }))).toBe('submit.scene_not_found')
    expect(codeOf(() => chooseScene([], {}))).toBe('submit.scene_not_found')
    expect(codeOf(() => chooseScene([{ ...scene, camera: null }], {}))).toBe('submit.no_camera')
    expect(codeOf(() => chooseScene([scene], { frames: '10-1' }))).toBe('submit.invalid_frames')
    expect(codeOf(() => chooseScene([{ ...scene, frameEnd: -5 }], {}))).toBe('submit.invalid_frames')
  })
})
