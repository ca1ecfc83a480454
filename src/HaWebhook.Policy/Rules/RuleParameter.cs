using System.Globalization;
using HaWebhook.Policy.Manifests;

namespace HaWebhook.Policy.Rules;

/// <summary>A parameter that a rule takes from the policy file.</summary>
/// <param name="Name">Its key, in camelCase.</param>
/// <param name="Description">What it means, as one sentence.</param>
public abstract record RuleParameter(string Name, string Description)
{
    /// <summary>What values it takes, for instance <c>a whole number from 2 to 100</c>.</summary>
    public abstract string Accepts { get; }

    /// <summary>The default as the policy file would write it.</summary>
    public abstract string DefaultText { get; }

    /// <summary>The value that a node of the policy file gives; null where it gives none that is accepted.</summary>
    internal abstract object? Parse(ManifestNode node);
}

/// <summary>A parameter with values of one type.</summary>
/// <typeparam name="T">The values' type.</typeparam>
/// <param name="Name">Its key, in camelCase.</param>
/// <param name="Default">Its value where the policy says nothing.</param>
/// <param name="Description">What it means, as one sentence.</param>
public abstract record RuleParameter<T>(string Name, T Default, string Description) : RuleParameter(Name, Description)
    where T : notnull;

internal sealed record IntegerParameter(string Name, int Default, int Minimum, int Maximum, string Description)
    : RuleParameter<int>(Name, Default, Description)
{
    public override string Accepts => string.Create(CultureInfo.InvariantCulture, $"a whole number from {Minimum} to {Maximum}");

    public override string DefaultText => Default.ToString(CultureInfo.InvariantCulture);

    internal override object? Parse(ManifestNode node) =>
        node is ScalarNode { Kind: ScalarKind.Integer } scalar
        && int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
        && value >= Minimum
        && value <= Maximum
            ? value
            : null;
}

internal sealed record BooleanParameter(string Name, bool Default, string Description) : RuleParameter<bool>(Name, Default, Description)
{
    public override string Accepts => "true or false";

    public override string DefaultText => Default ? "true" : "false";

    internal override object? Parse(ManifestNode node) => (node as ScalarNode)?.Text switch
    {
        "true" => true,
        "false" => false,
        _ => null,
    };
}

internal sealed record ChoiceParameter<T>(string Name, T Default, IReadOnlyList<T> Choices, string Description)
    : RuleParameter<T>(Name, Default, Description)
    where T : struct, Enum
{
    public override string Accepts => "one of " + string.Join(", ", Choices);

    public override string DefaultText => Default.ToString();

    internal override object? Parse(ManifestNode node)
    {
        foreach (var choice in Choices)
        {
            if (choice.ToString() == (node as ScalarNode)?.Text)
            {
                return choice;
            }
        }

        return null;
    }
}

internal sealed record StringListParameter(string Name, IReadOnlyList<string> Default, string Description)
    : RuleParameter<IReadOnlyList<string>>(Name, Default, Description)
{
    public override string Accepts => "a list of at least one text";

    public override string DefaultText => $"[{string.Join(", ", Default)}]";

    internal override object? Parse(ManifestNode node) =>
        node is SequenceNode { Items.Count: > 0 } list && list.Items.All(item => item is ScalarNode { Text.Length: > 0 })
            ? list.Items.Select(item => ((ScalarNode)item).Text).ToArray()
            : null;
}
