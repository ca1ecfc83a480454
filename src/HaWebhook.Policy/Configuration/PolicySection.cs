using System.Globalization;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Manifests;

namespace HaWebhook.Policy.Configuration;

/// <summary>A mapping of the policy file while it is read: it remembers which keys were asked for, so that the others are errors.</summary>
/// <param name="node">The mapping.</param>
/// <param name="path">Where it stands, for instance <c>rules.minimum-replicas</c>; empty for the file itself.</param>
/// <param name="errors">Takes what is wrong.</param>
internal sealed class PolicySection(MappingNode node, string path, List<ManifestError> errors)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);

    public int Line => node.Line;

    public bool Has(string key) => Node(key) is not null;

    /// <summary>The value of a key; null where it is absent or null.</summary>
    public ManifestNode? Node(string key)
    {
        _known.Add(key);
        return node.TryGet(key, out var value) && value is not ScalarNode { Kind: ScalarKind.Null } ? value : null;
    }

    public int LineOf(string key)
    {
        foreach (var entry in node.Entries)
        {
            if (entry.Key == key)
            {
                return entry.Line;
            }
        }

        return node.Line;
    }

    public void Fail(int line, string key, string problem) =>
        errors.Add(new(line, SingleLine.Of($"{string.Join(".", new[] { path, key }.Where(part => part.Length > 0))} {problem}")));

    public T Choice<T>(string key, T otherwise)
        where T : struct, Enum
    {
        if (Node(key) is not { } value)
        {
            return otherwise;
        }

        if ((value as ScalarNode)?.Text is { } text && Enum.GetNames<T>().Contains(text, StringComparer.Ordinal))
        {
            return Enum.Parse<T>(text);
        }

        Fail(LineOf(key), key, $"must be one of {string.Join(", ", Enum.GetNames<T>())}{(value is ScalarNode scalar ? NearestName.Hint(scalar.Text, Enum.GetNames<T>()) : "")}");
        return otherwise;
    }

    public bool Boolean(string key, bool otherwise)
    {
        if (Node(key) is not { } value)
        {
            return otherwise;
        }

        if ((value as ScalarNode)?.Text is "true" or "false")
        {
            return ((ScalarNode)value).Text == "true";
        }

        Fail(LineOf(key), key, "must be true or false");
        return otherwise;
    }

    public int Integer(string key, int otherwise, int minimum, int maximum)
    {
        if (Node(key) is not { } value)
        {
            return otherwise;
        }

        if (value is ScalarNode { Kind: ScalarKind.Integer } scalar
            && int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= minimum
            && number <= maximum)
        {
            return number;
        }

        Fail(LineOf(key), key, $"must be a whole number from {minimum} to {maximum}");
        return otherwise;
    }

    public string RequiredText(string key)
    {
        if (Node(key) is ScalarNode { Kind: ScalarKind.String } scalar && scalar.Text.Trim().Length > 0)
        {
            return scalar.Text.Trim();
        }

        Fail(Has(key) ? LineOf(key) : Line, key, Has(key) ? "must be a text" : "is missing");
        return "";
    }

    public DateOnly? Date(string key)
    {
        if (Node(key) is not { } value)
        {
            return null;
        }

        if (value is ScalarNode scalar && DateOnly.TryParseExact(scalar.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return date;
        }

        Fail(LineOf(key), key, "must be a date such as 2027-01-31");
        return null;
    }

    public IReadOnlyList<string> Strings(string key, IReadOnlyList<string> otherwise)
    {
        if (Node(key) is not { } value)
        {
            return otherwise;
        }

        if (value is SequenceNode list && list.Items.All(item => item is ScalarNode { Kind: ScalarKind.String, Text.Length: > 0 }))
        {
            return [.. list.Items.Cast<ScalarNode>().Select(item => item.Text)];
        }

        Fail(LineOf(key), key, "must be a list of texts");
        return otherwise;
    }

    /// <summary>The mapping at a key; null where it is absent.</summary>
    public PolicySection? Section(string key)
    {
        if (Node(key) is not { } value)
        {
            return null;
        }

        if (value is MappingNode mapping)
        {
            return new PolicySection(mapping, Below(key), errors);
        }

        Fail(LineOf(key), key, "must be a mapping");
        return null;
    }

    /// <summary>The mappings of the list at a key.</summary>
    public IReadOnlyList<PolicySection> Sections(string key)
    {
        if (Node(key) is not { } value)
        {
            return [];
        }

        if (value is SequenceNode list && list.Items.All(item => item is MappingNode))
        {
            return [.. list.Items.Select((item, index) => new PolicySection((MappingNode)item, string.Create(CultureInfo.InvariantCulture, $"{Below(key)}[{index}]"), errors))];
        }

        Fail(LineOf(key), key, "must be a list of mappings");
        return [];
    }

    /// <summary>Makes an error of a key that belongs elsewhere.</summary>
    public void Refuse(string key, string problem)
    {
        _refused.Add(key);
        if (node.TryGetEntry(key, out var entry))
        {
            Fail(entry.Line, key, problem);
        }
    }

    /// <summary>Makes an error of every key that nobody asked for.</summary>
    public void RejectUnknown()
    {
        foreach (var entry in node.Entries.Where(entry => !_known.Contains(entry.Key) && !_refused.Contains(entry.Key)))
        {
            Fail(entry.Line, entry.Key, $"is not a key of the policy{NearestName.Hint(entry.Key, _known)}");
        }
    }

    private string Below(string key) => path.Length == 0 ? key : $"{path}.{key}";
}
