import type { FormEvent } from 'react'
import { Button } from '../../../ui/button.tsx'

export function GoToFrame({ onGo }: { onGo: (frame: number) => void }) {
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const frame = Number.parseInt(String(new FormData(event.currentTarget).get('frame')), 10)
    if (Number.isFinite(frame)) onGo(frame)
  }
  return (
    <form className="go-to-frame" onSubmit={onSubmit}>
      <label>
        Frame
        <input name="frame" inputMode="numeric" pattern="-?[0-9]+" required size={7} autoComplete="off" />
      </label>
      <Button type="submit" size="s">
        Go to
      </Button>
    </form>
  )
}
