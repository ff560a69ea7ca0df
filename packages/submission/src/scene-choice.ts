import { CodedError } from '@backlot/base/errors'
import { formatFrames, framesOf, parseFrames } from '@backlot/contract/frames'

/** What a submission needs to know of a scene; `inspect` of blendfile tells it. */
export interface SceneFacts {
  name: string
  frameStart: number
  frameEnd: number
  frameStep: number
  fps: number
  camera: string | null
  engine: string
  /** Pixels, and percent of them. */
  width: number
  height: number
  percentage: number
  /** Null with another engine. */
  cycles: { samples: number; adaptive: boolean; noiseThreshold: number; splitObstacles: readonly string[] } | null
}

export interface SceneChoice {
  scene: SceneFacts
  /** As `parseFrames` reads it. */
  frames: string
  frameCount: number
}

/** Checks scene and frames before any work. `scenes`: the file's; the first is the one that Blender opens with. */
export function chooseScene(
  scenes: readonly SceneFacts[],
  wanted: { scene?: string | undefined; frames?: string | undefined },
): SceneChoice {
  const scene = wanted.scene === undefined ? scenes[0] : scenes.find(({ name }) => name === wanted.scene)
  if (scene === undefined) {
    const names = scenes.map(({ name }) => name)
    throw new CodedError(
      'submit.scene_not_found',
      wanted.scene === undefined
        ? 'The file has no scene.'
        : `There is no scene "${wanted.scene}". There are: ${names.join(', ')}.`,
      { details: { scenes: names } },
    )
  }
  if (scene.camera === null)
    throw new CodedError('submit.no_camera', `The scene "${scene.name}" has no camera.`, {
      details: { scene: scene.name },
    })
  const range = `${scene.frameStart}-${scene.frameEnd}${scene.frameStep > 1 ? `x${scene.frameStep}` : ''}`
  const text = wanted.frames ?? range
  const parsed = parseFrames(text)
  if ('problem' in parsed) {
    const where = wanted.frames === undefined ? `The frame range of "${scene.name}"` : 'The frame range'
    throw new CodedError('submit.invalid_frames', `${where} is malformed: ${parsed.problem}.`, {
      details: { frames: text },
    })
  }
  const frames = framesOf(parsed.spans)
  return { scene, frames: formatFrames(frames), frameCount: frames.length }
}
