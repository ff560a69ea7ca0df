import type { ComponentProps, ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'
import './button.css'

export interface ButtonLook {
  /** `primary`: the one thing to do here · `danger`: it can't be undone · `quiet`: no frame until it is pointed at. */
  tone?: 'primary' | 'plain' | 'danger' | 'quiet'
  icon?: IconName
  size?: 'm' | 's'
}

export function buttonClass({ tone = 'plain', size = 'm' }: ButtonLook): string {
  return `button button-${tone} button-${size}`
}

export interface ButtonProps extends ButtonLook, ComponentProps<'button'> {
  /** It works on it: the label stays, further clicks do nothing. */
  busy?: boolean
}

export function Button({ tone, icon, size, busy = false, children, onClick, className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`${buttonClass({ tone, size } as ButtonLook)} ${className ?? ''}`}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={(event) => (busy ? event.preventDefault() : onClick?.(event))}
    >
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  )
}

/** A button that is only a picture; `label` says what it does. */
export function IconButton({
  icon,
  label,
  ...rest
}: Omit<ButtonProps, 'children'> & { icon: IconName; label: string }) {
  return (
    <Button tone="quiet" {...rest} icon={icon} className={`button-icon ${rest.className ?? ''}`} title={label}>
      <span className="visually-hidden">{label}</span>
    </Button>
  )
}

/** A link to a file that looks like a button. Pages are reached with the router's own links. */
export function DownloadLink({
  href,
  name,
  children,
  ...look
}: ButtonLook & { href: string; name: string; children: ReactNode }) {
  return (
    <a className={buttonClass(look)} href={href} download={name}>
      {look.icon !== undefined && <Icon name={look.icon} />}
      {children}
    </a>
  )
}
