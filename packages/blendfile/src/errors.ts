/** What a person should do about each failure. The keys are the stable codes of this package. */
export const blendErrorAdvice = {
  'blend.not_a_blend': 'Choose a file that Blender has saved; this one does not start like a .blend.',
  'blend.truncated': 'The file ends too early: copy or download it again, or use a backup (.blend1).',
  'blend.corrupt': 'Open the file in Blender and save it again, or use a backup (.blend1).',
  'blend.unsupported_compression': 'Open the file in Blender and save it again, with or without its Compress option.',
  'blend.unreadable': 'Check that the file exists, that you may read it, and that its disk or share is connected.',
  'blend.not_downloaded':
    'Let its cloud program download the file ("Always keep on this device"), or check that it runs and is signed in.',
  'blend.too_large':
    'The file expands to more than a .blend of its size can hold; if it is real, save it without compression.',
  'blend.path_too_long':
    'Choose a shorter folder: Blender has a fixed room for each path, and cuts off what is longer.',
  'blend.path_not_storable': 'Leave this path as it is, or give one that its field can hold.',
  'blend.edits_conflict': 'Give every path of the file only one new path.',
  'blend.changed': 'Trace the file again: it was saved or replaced meanwhile.',
  'blend.same_file': 'Choose another target: a file is never rewritten in place.',
  'blend.unwritable': 'Check that the folder exists, that you may write to it, and that its disk has room.',
} as const

export type BlendErrorCode = keyof typeof blendErrorAdvice

export interface BlendErrorOptions {
  /** Where in the uncompressed content the damage is, in bytes. */
  offset?: number
  details?: Record<string, unknown>
  cause?: unknown
}

/** Every failure that this package raises on purpose. Anything else that escapes is a bug. */
export class BlendFileError extends Error {
  readonly code: BlendErrorCode
  readonly advice: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: BlendErrorCode, message: string, options: BlendErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'BlendFileError'
    this.code = code
    this.advice = blendErrorAdvice[code]
    this.details =
      options.offset === undefined ? { ...options.details } : { offset: options.offset, ...options.details }
  }
}

export function corrupt(what: string, offset?: number): BlendFileError {
  const where = offset === undefined ? '' : ` at byte ${offset}`
  return new BlendFileError('blend.corrupt', `The .blend is damaged: ${what}${where}.`, { offset, details: { what } })
}

export function truncated(what: string, offset: number): BlendFileError {
  return new BlendFileError('blend.truncated', `The .blend ends in the middle of ${what}, at byte ${offset}.`, {
    offset,
    details: { what },
  })
}

export function unreadable(message: string, cause?: unknown): BlendFileError {
  return new BlendFileError('blend.unreadable', message, { cause })
}
