import { ApiError } from '@backlot/contract/client'
import { shownError } from '../../api/errors.ts'
import { formatDuration } from '../../format/time.ts'
import { Notice } from '../../ui/notice.tsx'

/** Why a form was not accepted, above its button. */
export function FormError({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null
  const { message, advice } = shownError(error)
  const wait = error instanceof ApiError ? error.details['retryAfterSeconds'] : undefined
  return (
    <div role="alert">
      <Notice tone="bad" icon="alert" title={message}>
        <p>{typeof wait === 'number' ? `Try again in ${formatDuration(wait)}.` : advice}</p>
      </Notice>
    </div>
  )
}
