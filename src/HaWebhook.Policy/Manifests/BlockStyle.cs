namespace HaWebhook.Policy.Manifests;

/// <summary>By how many columns YAML in blocks is indented. The default is how kubectl writes it.</summary>
/// <param name="Mapping">The keys of a mapping, from the key that the mapping belongs to; at least 1.</param>
/// <param name="Dash">The dashes of a list, from the key that the list belongs to; 0 puts them under it.</param>
/// <param name="Item">The items of a list, from their dashes; at least 2.</param>
public sealed record BlockStyle(int Mapping = 2, int Dash = 0, int Item = 2);
