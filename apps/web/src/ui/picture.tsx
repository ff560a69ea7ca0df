import { useState } from 'react'
import { Icon } from './icon.tsx'
import './picture.css'

interface PictureProps {
  /** Undefined: there is no picture yet. */
  src: string | undefined
  alt: string
  /** What the empty bed says. */
  empty?: string
}

/** A picture on its bed, whole and undistorted. Decorative (`alt=""`) where words beside it say the same. */
export function Picture({ src, alt, empty }: PictureProps) {
  const [failed, setFailed] = useState<string>()
  const isShown = src !== undefined && failed !== src
  return (
    <span className="picture">
      {isShown ? (
        <img src={src} alt={alt} loading="lazy" decoding="async" onError={() => setFailed(src)} />
      ) : (
        <span className="picture-empty">
          <Icon name={src === undefined ? 'picture' : 'alert'} size={20} />
          {src === undefined ? empty : 'The picture could not be loaded'}
        </span>
      )}
    </span>
  )
}
