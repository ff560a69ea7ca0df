import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { ErrorPanel } from '../ui/error-panel.tsx'
import './route-error.css'

/** A page that could not be shown at all. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const retry = () => {
    reset()
    void router.invalidate()
  }
  return (
    <div className="route-error">
      <ErrorPanel error={error} onRetry={retry} />
    </div>
  )
}
