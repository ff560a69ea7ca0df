import { useState } from 'react'
import { announce } from './live-region.tsx'
import { Button } from './button.tsx'
import './copy-line.css'

/** A command or secret in one line with a button that copies it. */
export function CopyLine({ text, label, prompt = false }: { text: string; label: string; prompt?: boolean }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
    } catch {
      // Without the right to the clipboard (plain http on another host) the text stays selectable.
      return announce('The browser does not allow copying here: select the text instead.')
    }
    setCopied(true)
    announce(`${label} copied`)
    setTimeout(() => setCopied(false), 2000)
  }
  return (
    <div className="copy-line">
      {prompt && (
        <span className="copy-line-prompt" aria-hidden="true">
          $
        </span>
      )}
      <input readOnly aria-label={label} value={text} size={text.length} onFocus={(event) => event.target.select()} />
      <Button size="s" tone="quiet" icon={copied ? 'check' : 'copy'} onClick={() => void copy()}>
        {copied ? 'Copied' : 'Copy'}
      </Button>
    </div>
  )
}
