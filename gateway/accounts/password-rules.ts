// Which passwords are taken: length, and not what a guesser tries first. No rules about kinds of characters and no
// expiry (NIST SP 800-63B-4 section 3.1.1.2): they make passwords worse. Asked in the process
// that the person types into; the gateway never sees a password.

const MIN_LENGTH = 12;
const MAX_LENGTH = 128;
/** A unit of this length or shorter, said again and again, is one word. */
const MAX_UNIT = 4;
/** Shorter names turn up in words by chance. */
const MIN_NAME_IN_PASSWORD = 3;

/** Long enough for the length rule and among the first that are tried, in lower case. */
const commonPasswords: ReadonlySet<string> = new Set([
  'passwordpassword',
  'password12345',
  'password1234',
  'password123!',
  'password2024',
  'password2025',
  'password2026',
  'administrator',
  'administrator1',
  'adminadminadmin',
  'changeme1234',
  'changemenow!',
  'correcthorsebatterystaple',
  'letmeinletmein',
  'letmein12345',
  'welcome12345',
  'welcomewelcome',
  'iloveyou1234',
  'iloveyouforever',
  'qwertyuiop12',
  'qwertyuiop123',
  'qwertyuiop[]',
  'qwertyuiopasdf',
  'qwertyuiopasdfghjkl',
  'qwertzuiopasdf',
  'qwerty123456',
  'qwerty12345678',
  '1q2w3e4r5t6y',
  '1qaz2wsx3edc',
  '1qaz2wsx3edc4rfv',
  'zaq12wsxcde3',
  'asdfghjkl123',
  'asdfghjklzxcvbnm',
  'coldgatecoldgate',
  'coldgate1234',
  'coldchain1234',
  'temperature1',
  'raspberrypi1',
  'raspberrypi4',
]);

/**
 * Why a password must not be used; undefined if it may.
 * @param name of the account
 */
export function passwordProblem(password: string, name: string): string | undefined {
  const characters = [...password.normalize('NFKC').toLowerCase()];
  const plain = characters.join('');
  if (characters.length < MIN_LENGTH)
    return `it has ${characters.length} characters, fewer than ${MIN_LENGTH}`;
  if (characters.length > MAX_LENGTH) return `it has more than ${MAX_LENGTH} characters`;
  if (/\p{Cc}/u.test(plain)) return 'it holds a control character, which not every keyboard can give again';
  if (name.length >= MIN_NAME_IN_PASSWORD && plain.includes(name)) return 'it holds the name of the account';
  if (commonPasswords.has(plain)) return 'it is among the first that a guesser tries';
  if (isRepetition(characters)) return 'it says the same again and again';
  if (isRun(characters)) return 'it is a run, such as 123456789012';
  return undefined;
}

function isRepetition(characters: readonly string[]): boolean {
  const units = Array.from({ length: MAX_UNIT }, (_, index) => index + 1);
  return units.some((unit) => characters.every((character, at) => character === characters[at % unit]));
}

/** Up or down through letters or digits; after 9 comes 0. */
function isRun(characters: readonly string[]): boolean {
  return [1, -1].some((step) =>
    characters.every((character, at) => at === 0 || follows(characters[at - 1] ?? '', character, step)),
  );
}

function follows(before: string, after: string, step: number): boolean {
  const isDigits = /^\d\d$/.test(before + after);
  if (isDigits) return (Number(before) + step + 10) % 10 === Number(after);
  return (before.codePointAt(0) ?? 0) + step === after.codePointAt(0);
}
