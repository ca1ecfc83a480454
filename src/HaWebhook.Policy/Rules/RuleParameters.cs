using HaWebhook.Policy.Configuration;

namespace HaWebhook.Policy.Rules;

internal sealed class IntegerParameter(string name, int otherwise, int minimum, int maximum, string description)
    : PolicyKey<int>(name, new WholeNumber(minimum, maximum), otherwise, description);

internal sealed class BooleanParameter(string name, bool otherwise, string description)
    : PolicyKey<bool>(name, new TrueOrFalse(), otherwise, description);

internal sealed class ChoiceParameter<T>(string name, T otherwise, IReadOnlyList<T> choices, string description)
    : PolicyKey<T>(name, new OneOf<T>(choices), otherwise, description)
    where T : struct, Enum;

internal sealed class StringListParameter(string name, IReadOnlyList<string> otherwise, string description, bool canBeEmpty = false)
    : PolicyKey<IReadOnlyList<string>>(
        name,
        canBeEmpty
            ? new ListOf<string>(new FreeText(), "a list of texts")
            : new ListOf<string>(new FreeText(), "a list of at least one text") { WhenEmpty = "must be a list of at least one text" },
        otherwise,
        description);
