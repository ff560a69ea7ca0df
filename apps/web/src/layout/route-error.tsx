import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { isMissingCode } from '../api/errors.ts'
import { AccessFrame } from '../pages/access/access-frame.tsx'
import { ErrorPanel } from '../ui/error-panel.tsx'

/** Inside the app: a page that could not be shown. The rest of the app stays at hand. */
export function PageError({ error, reset }: ErrorComponentProps) {
  return <ErrorPanel error={error} onRetry={useRetry(error, reset)} />
}

/** Before the app: it could not find out who is here, mostly because the server does not answer. */
export function StartError({ error, reset }: ErrorComponentProps) {
  return (
    <AccessFrame title="Backlot can't start">
      <ErrorPanel error={error} onRetry={useRetry(error, reset)} />
    </AccessFrame>
  )
}

function useRetry(error: unknown, reset: () => void): () => void {
  const router = useRouter()
  return () => {
    if (isMissingCode(error)) return location.reload()
    reset()
    void router.invalidate()
  }
}
