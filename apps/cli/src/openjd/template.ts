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
    steps: [
      {
        name: 'Render',
        parameterSpace: {
          taskParameterDefinitions: [{ name: 'Frames', type: 'STRING', range: tasksOf(job) }],
        },
        ...(amounts.length > 0 && { hostRequirements: { amounts } }),
        script: {
          actions: {
            onRun: {
              command: '{{Param.Blender}}',
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
            },
          },
        },
      },
    ],
  }
}

/** `1-10`, `11-20`: as many frames a task as asked for, and more where there would be too many tasks. */
export function tasksOf({ frames, framesPerTask }: Pick<TemplateJob, 'frames' | 'framesPerTask'>): string[] {
  const length = Math.max(framesPerTask, Math.ceil(frames.length / mostTasks))
  return Array.from({ length: Math.ceil(frames.length / length) }, (_, index) =>
    formatFrames(frames.slice(index * length, (index + 1) * length)),
  )
}

/** A name that is no format, has no control characters, and is not too long. */
function templateName(name: string): string {
  const plain = name
    .replaceAll(/\p{Cc}/gu, ' ')
    .replaceAll('{{', '{ {')
    .replaceAll('}}', '} }')
    .trim()
  return plain === '' ? 'Backlot job' : [...plain].slice(0, longestName).join('')
}
