namespace HaWebhook.Policy.Objects;

/// <summary>A port that a container declares.</summary>
/// <param name="Name">Port name; empty where absent.</param>
/// <param name="Number"><c>containerPort</c>, 1 to 65535.</param>
/// <param name="Protocol"><c>protocol</c>; absent means <c>TCP</c>.</param>
public sealed record ContainerPort(string Name, int Number, string Protocol);
