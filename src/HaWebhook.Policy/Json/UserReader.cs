using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Policy.Json;

/// <summary>Reads <c>userInfo</c>.</summary>
internal static class UserReader
{
    private static readonly WellKnownWords _wellKnownGroups = new(
        "system:authenticated", "system:serviceaccounts", "system:serviceaccounts:kube-system", "system:masters", "system:nodes");

    public static User? Read(ref JsonCursor json)
    {
        if (!json.BeginObject())
        {
            return null;
        }

        var name = "";
        IReadOnlyList<string> groups = [];
        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("username"u8, ref seen, 0))
            {
                name = json.String();
            }
            else if (json.Is("groups"u8, ref seen, 1))
            {
                groups = ReadGroups(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return new User(name, groups);
    }

    private static List<string> ReadGroups(ref JsonCursor json)
    {
        var groups = new List<string>();
        for (var inside = json.BeginArray(); inside && json.NextItem();)
        {
            groups.Add(json.OneOf(_wellKnownGroups) ?? json.String());
        }

        return groups;
    }
}
