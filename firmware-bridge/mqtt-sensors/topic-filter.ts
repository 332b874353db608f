// Topic filters of MQTT 3.1.1, section 4.7: + stands for one level, # for all that follow.

/** Whether `topic` is meant by `filter`, which is well formed: + and # fill a level, # is the last. A wildcard never matches the broker's own $ topics. */
export function matchesTopicFilter(filter: string, topic: string): boolean {
  const filterLevels = filter.split('/');
  const topicLevels = topic.split('/');
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false;
  for (const [index, level] of filterLevels.entries()) {
    // "a/#" also means "a" itself.
    if (level === '#') return topicLevels.length >= index;
    const given = topicLevels[index];
    if (given === undefined || (level !== '+' && level !== given)) return false;
  }
  return topicLevels.length === filterLevels.length;
}
