import { formatFrames } from '@backlot/contract/frames'

/** What a job asks of a machine of another farm. */
export interface TemplateJob {
  name: string
  /** Ascending. */
  frames: readonly number[]
  /** Frames of one task. */
  framesPerTask: number
  /** Main memory; 0: any. */
  memoryBytes: number
  gpu: boolean
}

/** The specification's limit of values of a task parameter. */
export const mostTasks = 1024
/** The specification's limit of such a value: characters. `openjd` 0.8 takes longer ones. */
export const longestFrames = 1024
const longestName = 128

/**
 * An Open Job Description template (2023-09). Whatever the job is called or renders stays out of its strings, which are
 * formats where `{{` begins an expression: the script reads `job.json`.
 *
 * Source: https://github.com/OpenJobDescription/openjd-specifications/wiki/2023-09-Template-Schemas
 */
export function openjdTemplate(job: TemplateJob) {
  const folder = (name: string, dataFlow: 'IN' | 'OUT', label: string, description: string) => ({
    name,
    type: 'PATH',
    objectType: 'DIRECTORY',
    dataFlow,
    default: name.toLowerCase(),
    description,
    userInterface: { control: 'CHOOSE_DIRECTORY', label },
  })
  const amounts = [
    ...(job.memoryBytes > 0 ? [{ name: 'amount.worker.memory', min: Math.ceil(job.memoryBytes / 2 ** 20) }] : []),
    ...(job.gpu ? [{ name: 'amount.worker.gpu', min: 1 }] : []),
  ]
  const run = {
    command: '{{Param.Blender}}',
    // To Blender: without a window, run the script. To Python 3.11: warn of mixed bytes and text, keep the script's folder
    // out of the path. So one form serves both.
    args: [
      '-b',
      '-P',
      '{{Param.Runtime}}/render_job.py',
      '--',
      '{{Param.Project}}',
      '{{Param.Output}}',
      '{{Task.Param.Frames}}',
    ],
    cancelation: { mode: 'TERMINATE' },
  } as const
  return {
    specificationVersion: 'jobtemplate-2023-09',
    name: templateName(job.name),
    parameterDefinitions: [
      {
        name: 'Blender',
        type: 'STRING',
        default: 'blender',
        description: 'The Blender to render with, or a Python 3.11 that has the bpy module.',
        userInterface: { control: 'LINE_EDIT', label: 'Blender' },
      },
      folder('Project', 'IN', 'Project', 'The scene with all files that it needs.'),
      folder('Runtime', 'IN', 'Runtime', 'How Backlot renders, and what is to be rendered.'),
      folder('Output', 'OUT', 'Output', 'Where the frames go.'),
    ],
    steps: stepsOf(job).map((range, index) => ({
      name: index === 0 ? 'Render' : `Render ${index + 1}`,
      parameterSpace: {
        taskParameterDefinitions: [{ name: 'Frames', type: 'STRING', range }],
      },
      ...(amounts.length > 0 && { hostRequirements: { amounts } }),
      script: { actions: { onRun: run } },
    })),
  }
}

type Frames = Pick<TemplateJob, 'frames' | 'framesPerTask'>

/** The tasks of each step: one step, but for a list of frames so irregular that its text is longer than 1,024 tasks hold. */
export function stepsOf(job: Frames): string[][] {
  const tasks = tasksOf(job)
  return Array.from({ length: Math.ceil(tasks.length / mostTasks) }, (_, index) =>
    tasks.slice(index * mostTasks, (index + 1) * mostTasks),
  )
}

/**
 * `1-10`, `11-20`: as many frames a task as asked for, more where there would be too many tasks, fewer where their text would
 * be too long.
 */
function tasksOf({ frames, framesPerTask }: Frames): string[] {
  const length = Math.max(framesPerTask, Math.ceil(frames.length / mostTasks))
  return Array.from({ length: Math.ceil(frames.length / length) }, (_, index) =>
    textsOf(frames.slice(index * length, (index + 1) * length)),
  ).flat()
}

function textsOf(frames: readonly number[]): string[] {
  const text = formatFrames(frames)
  if (text.length <= longestFrames) return [text]
  const half = Math.ceil(frames.length / 2)
  return [...textsOf(frames.slice(0, half)), ...textsOf(frames.slice(half))]
}

/** A name that is no format, has no control characters, and is not too long. */
function templateName(name: string): string {
  const plain = name
    .replaceAll(/\p{Cc}/gu, ' ')
    .replaceAll(/([{}])(?=\1)/g, '$1 ')
    .trim()
  return plain === '' ? 'Backlot job' : [...plain].slice(0, longestName).join('')
}
