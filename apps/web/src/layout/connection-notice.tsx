import { useEffect } from 'react'
import { useLiveness } from '../api/live.tsx'
import { announce } from '../ui/live-region.tsx'
import { Notice } from '../ui/notice.tsx'

/** Says that what is on the screen no longer follows the farm. */
export function ConnectionNotice() {
  const isLost = useLiveness() === 'lost'
  useEffect(() => {
    if (!isLost) return
    announce('The connection to the server is lost. Trying again.')
    return () => announce('The connection to the server is back.')
  }, [isLost])
  if (!isLost) return null
  return (
    <div className="connection-notice">
      <Notice tone="warn" icon="alert" title="The live connection is lost">
        <p>Trying again. Until then the page asks the server every few seconds.</p>
      </Notice>
    </div>
  )
}
