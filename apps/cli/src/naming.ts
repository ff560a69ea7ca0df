import { CodedError } from '@backlot/base/errors'
import { BlendFileError } from '@backlot/blendfile/errors'

/** What is wrong with a .blend, and with which one; other errors stay as they are. */
export function naming(file: string, error: unknown): unknown {
  if (!(error instanceof BlendFileError)) return error
  return new CodedError(error.code, `${file}: ${error.message}`, { details: { ...error.details, file }, cause: error })
}
