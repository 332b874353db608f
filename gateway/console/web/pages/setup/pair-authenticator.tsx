// The secret goes into the authenticator, as a QR code or by hand, and one code shows that it is there: a second factor that
// was never tried locks its owner out. The picture is made here, of squares; nothing is asked of anybody.

import { useState } from 'preact/hooks';
import { encode } from 'uqr';
import type { AuthenticatorSecret } from '../../../api/accounts.js';
import { CodeField, digitsOf, isCode } from '../../parts/credential-fields.js';
import { t } from '../../words/language.js';
import './setup.css';

/** Quiet zone of four modules, ISO/IEC 18004 section 5.3.8. */
const QUIET = 4;

function QrCode({ text, label }: { text: string; label: string }) {
  const { size, data } = encode(text, { ecc: 'M', border: QUIET });
  const squares = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : [])));
  return (
    <svg
      class="qr"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shape-rendering="crispEdges"
    >
      <path class="qr-light" d={`M0 0h${size}v${size}H0z`} />
      <path class="qr-dark" d={squares.join('')} />
    </svg>
  );
}

interface PairAuthenticatorProps {
  readonly secret: AuthenticatorSecret;
  readonly isBusy: boolean;
  readonly onCode: (code: string) => void;
}

export function PairAuthenticator({ secret, isBusy, onCode }: PairAuthenticatorProps) {
  const [code, setCode] = useState('');
  const [wasTried, setTried] = useState(false);
  const submit = (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (isCode(code)) onCode(digitsOf(code));
  };
  const grouped = secret.totpSecret.match(/.{1,4}/g)?.join(' ') ?? '';
  return (
    <form class="stack" onSubmit={submit} noValidate>
      <p>{t('first.authenticator-body')}</p>
      <QrCode text={secret.uri} label={t('first.qr')} />
      <p>
        {t('first.by-hand')} <span class="code">{grouped}</span>
      </p>
      <CodeField code={code} wasTried={wasTried} onCode={setCode} />
      <button type="submit" class="button main-action" aria-disabled={isBusy}>
        {t('first.finish')}
      </button>
    </form>
  );
}
