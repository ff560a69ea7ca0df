import { CodedError } from '@backlot/base/errors'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** People give a job's name or half an id: that is answered here, with words of the command line. */
export function readJobId(text: string): string {
  if (uuid.test(text)) return text.toLowerCase()
  throw new CodedError('job.not_found', `"${text}" is not the ID of a job.`, { details: { jobId: text } })
}

/** Of something that has no code of its own for being unknown. */
export function readId(text: string, what: string): string {
  if (uuid.test(text)) return text.toLowerCase()
  throw new CodedError('cli.usage', `"${text}" is not the ID of a ${what}.`, { details: { id: text } })
}

export function readTokenId(text: string): string {
  if (uuid.test(text)) return text.toLowerCase()
  throw new CodedError('token.not_found', `"${text}" is not the ID of a token.`, { details: { tokenId: text } })
}
