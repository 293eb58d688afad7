import { IsString, Length } from 'class-validator';
import { MayBeAbsent } from '@tenantry/platform';

export class NewNote {
  @IsString()
  @Length(1, 200)
  title!: string;

  @IsString()
  body!: string;
}

export class NoteChange {
  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  title?: string;

  @MayBeAbsent()
  @IsString()
  body?: string;
}
