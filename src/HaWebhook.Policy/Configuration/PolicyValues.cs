namespace HaWebhook.Policy.Configuration;

/// <summary>Values that several keys take.</summary>
internal static class PolicyValues
{
    /// <summary>A list of texts.</summary>
    public static ListOf<string> Texts() => new(new FreeText(), "a list of texts");

    /// <summary>Any of the names of an enumeration.</summary>
    public static OneOf<T> Choice<T>()
        where T : struct, Enum => new(Enum.GetValues<T>());
}
