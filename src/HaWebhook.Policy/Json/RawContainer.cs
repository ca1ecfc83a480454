using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Json;

/// <summary>
/// What a container starts and in which environment. Hardly any rule asks, so it is read from the pod's JSON when one does, and in the forgiving
/// way of <see cref="RawField"/>.
/// </summary>
internal sealed class RawContainer
{
    private readonly ReadOnlyMemory<byte> _json;

    private RawContainer(ReadOnlyMemory<byte> json) => _json = json;

    /// <summary>The JSON of a regular container.</summary>
    public static RawContainer Of(PodSpec spec, Container container)
    {
        foreach (var item in RawField.Items(spec.Bytes, "containers"))
        {
            if (RawField.Text(item, "name") == container.Name)
            {
                return new(item);
            }
        }

        return new(default);
    }

    /// <summary><c>command</c> and <c>args</c> in one list; empty where the image decides.</summary>
    public IReadOnlyList<string> Words => [.. TextsOf(RawField.Items(_json, "command")), .. TextsOf(RawField.Items(_json, "args"))];

    /// <summary>The value of the first of these environment variables that has one; null where it comes from elsewhere or is not there.</summary>
    public string? Variable(params ReadOnlySpan<string> names)
    {
        var variables = RawField.Items(_json, "env");
        foreach (var name in names)
        {
            foreach (var variable in variables)
            {
                if (RawField.Text(variable, "name") == name && RawField.Text(variable, "value") is { } value)
                {
                    return value;
                }
            }
        }

        return null;
    }

    private static IEnumerable<string> TextsOf(IReadOnlyList<ReadOnlyMemory<byte>> items) =>
        items.Select(item => RawField.Text(item)).OfType<string>();
}
