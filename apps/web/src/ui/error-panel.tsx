import { shownError } from '../api/errors.ts'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'
import './notice.css'

/** A failure in place of what could not be shown: what happened, what to do, the code to look up, and a retry. */
export function ErrorPanel({ error, onRetry, busy }: { error: unknown; onRetry?: () => void; busy?: boolean }) {
  const { code, message, advice } = shownError(error)
  return (
    <div className="notice tone-bad" role="alert">
      <Icon name="alert" size={20} />
      <div className="notice-text">
        <p className="notice-title">{message}</p>
        <p>{advice}</p>
        <p className="notice-code">
          <code>{code}</code>
        </p>
      </div>
      {onRetry !== undefined && (
        <Button icon="redo" onClick={onRetry} busy={busy ?? false}>
          Try again
        </Button>
      )}
    </div>
  )
}
