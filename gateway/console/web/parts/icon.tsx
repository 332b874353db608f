// The icons, drawn as lines in the colour of the text beside them. They always stand beside a word, so they say
// nothing to screen readers.

const paths = {
  ok: 'M4 12.5l5 5L20 6.5',
  excursion: 'M12 3l9.5 17h-19zM12 10v4.5M12 17.4v.2',
  unknown: 'M8.6 8.4a3.5 3.5 0 1 1 5 3.6c-1.1.6-1.6 1.3-1.6 2.4M12 18.2v.2',
  warning: 'M12 8v5M12 16.4v.2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z',
  info: 'M12 11v5.5M12 7.6v.2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z',
  now: 'M14 14.8V5a2 2 0 0 0-4 0v9.8a4 4 0 1 0 4 0zM12 9v8',
  shipment: 'M3 7l9-4 9 4v10l-9 4-9-4zM3 7l9 4 9-4M12 11v10',
  alert: 'M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21.5h4',
  evidence: 'M12 3l8 3v6c0 4.6-3.2 7.8-8 9-4.8-1.2-8-4.4-8-9V6zM8.5 12l2.5 2.5 4.5-5',
  device: 'M6 4h12v12H6zM9 16v4M15 16v4M9.5 8h5M9.5 11.5h5',
  setup:
    'M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM12 2.8v2.7M12 18.5v2.7M2.8 12h2.7M18.5 12h2.7M5.5 5.5l1.9 1.9M16.6 16.6l1.9 1.9M18.5 5.5l-1.9 1.9M7.4 16.6l-1.9 1.9',
  audit: 'M7 3h8l4 4v14H7zM15 3v4h4M10 12h6M10 16h6',
  person: 'M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5',
  up: 'M5 16l7-8 7 8',
  down: 'M5 8l7 8 7-8',
  steady: 'M4 12h16M15 7l5 5-5 5',
  left: 'M15 5l-7 7 7 7',
  right: 'M9 5l7 7-7 7',
  zoomIn: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L21 21M10.5 7.5v6M7.5 10.5h6',
  zoomOut: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L21 21M7.5 10.5h6',
  whole: 'M3 12h18M7 8l-4 4 4 4M17 8l4 4-4 4',
  close: 'M6 6l12 12M18 6L6 18',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  live: 'M8 8a5.6 5.6 0 0 0 0 8M16 8a5.6 5.6 0 0 1 0 8M5 5a10 10 0 0 0 0 14M19 5a10 10 0 0 1 0 14M12 12v.01',
  cut: 'M4 4l16 16M8 8a5.6 5.6 0 0 0 0 8M5 5a10 10 0 0 0 0 14M16.5 8.5a5.6 5.6 0 0 1 .8 6M19 5a10 10 0 0 1 1.5 12',
  door: 'M6 21V3h9v18M3 21h18M12 12v.5M15 5l4 2v14',
  place:
    'M12 21c4.5-5 7-8.5 7-11.5a7 7 0 0 0-14 0c0 3 2.5 6.5 7 11.5zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  tag: 'M3 12V4h8l10 10-8 8zM7.5 8.5v.01',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.5l3.5 2',
  disk: 'M4 7c0-5 16-5 16 0v10c0 5-16 5-16 0zM4 7c0 4 16 4 16 0M4 12.5c0 4 16 4 16 0',
  send: 'M12 20V5M6 11l6-6 6 6',
  chain: 'M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1-1',
  download: 'M12 4v11M7 10.5l5 5 5-5M4 20h16',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  sign: 'M4 20l1-5L16 4l4 4L9 19zM13.5 6.5l4 4M14 20.5h7',
  table: 'M3 5h18v14H3zM3 10h18M3 14.5h18M10 5v14',
  chart: 'M4 4v16h16M7.5 15l3.5-5 3.5 3L20 6',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, class: more }: { name: IconName; class?: string }) {
  return (
    <svg class={more === undefined ? 'icon' : `icon ${more}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
