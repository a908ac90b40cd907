export interface Findable {
  id: string;
  title: string;
  description: string;
  words: string;
}

// Those that have every word of the text somewhere; names first.
export function findServices<Service extends Findable>(services: Service[], text: string): Service[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const inName = (service: Findable) => words.some((word) => service.title.toLowerCase().includes(word));
  return services
    .filter((service) => {
      const all = `${service.id} ${service.title} ${service.description} ${service.words}`.toLowerCase();
      return words.every((word) => all.includes(word));
    })
    .sort((a, b) => Number(inName(b)) - Number(inName(a)));
}
